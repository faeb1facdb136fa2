'use client';

import { Skeleton, Stack, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { errorText, useTRPCClient } from '@/components/api/client';
import { Problem } from '@/components/ui/problem';
import { type Draft, wavesOf } from './draft';
import { SchedulePicture } from './schedule-picture';

/** How long it would take as it is filled in now, before anything of it is checked. */
export function Projected({ draft }: { draft: Draft }) {
  const t = useTranslations('newPlan.schedule');
  const client = useTRPCClient();
  const [asked] = useDebouncedValue(
    {
      choice: draft.choice,
      leaveOutBusy: draft.leaveOutBusy,
      playbookId: draft.playbookId,
      maxConcurrency: draft.maxConcurrency ?? undefined,
      // What judges a wave takes no part, and may be half typed.
      waves: wavesOf({
        waves: draft.waves
          .filter(({ kind, label }) => kind !== 'label' || label !== '')
          .map((wave) => ({ ...wave, gate: null })),
      }),
    },
    300,
  );
  const projected = useQuery({
    queryKey: ['projected-schedule', asked],
    queryFn: () => client.plans.project.mutate(asked),
    placeholderData: keepPreviousData,
    enabled: asked.playbookId !== '',
  });
  return (
    <Stack gap="xs" component="section" aria-label={t('title')} maw={860} mt="lg">
      <Title order={2}>{t('title')}</Title>
      {projected.error && <Problem title={t('unread')}>{errorText(projected.error)}</Problem>}
      {projected.data ? (
        <SchedulePicture schedule={projected.data} />
      ) : (
        !projected.error && <Skeleton height={60} radius="md" />
      )}
    </Stack>
  );
}

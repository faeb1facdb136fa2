'use client';

import { Group, NativeSelect, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { DiffView } from '@/components/ui/diff-view';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';

const WRITTEN = 'written';

/** What one version of a playbook has that another has not; what is written here counts as one. */
export function VersionsPanel({ playbookId, written }: { playbookId: string; written: string | null }) {
  const t = useTranslations('playbooks.versions');
  const trpc = useTRPC();
  const versions = useInfiniteQuery(
    trpc.playbooks.versions.infiniteQueryOptions({ playbookId }, { getNextPageParam: nextOf }),
  );
  const all = useWhole(versions);
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  if (versions.error) return <Problem title={t('unread')}>{errorText(versions.error)}</Problem>;
  if (!all) return <Skeleton height={120} radius="md" mb="md" />;
  const newest = String(all[0]?.version ?? '');
  const before = from ?? (written === null ? String(all[1]?.version ?? newest) : newest);
  const after = to ?? (written === null ? newest : WRITTEN);
  const textOf = (chosen: string) =>
    chosen === WRITTEN
      ? (written ?? '')
      : JSON.stringify(all.find(({ version }) => String(version) === chosen)?.definition ?? {});
  const shown = all.find(({ version }) => String(version) === after);
  const choices = [
    ...(written === null ? [] : [{ value: WRITTEN, label: t('written') }]),
    ...all.map(({ version, createdBy }) => ({
      value: String(version),
      label: t('version', { version, who: createdBy }),
    })),
  ];
  return (
    <Paper component="section" withBorder p="md" mb="lg" aria-label={t('label')}>
      <Stack gap="sm">
        <Group gap="sm">
          <NativeSelect
            label={t('from')}
            value={before}
            data={choices}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('to')}
            value={after}
            data={choices}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </Group>
        {shown && (
          <Text size="sm" c="dimmed">
            {t('savedBy', { who: shown.createdBy })} <RelativeTime at={shown.createdAt} />
          </Text>
        )}
        <DiffView before={textOf(before)} after={textOf(after)} label={t('label')} />
      </Stack>
    </Paper>
  );
}

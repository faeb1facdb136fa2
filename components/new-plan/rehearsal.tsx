'use client';

import { Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { Problem } from '@/components/ui/problem';
import type { Inputs } from '@/server/api/router';
import { RehearsalGroups } from './rehearsal-found';
import { SchedulePicture } from './schedule-picture';

type Request = Inputs['plans']['rehearse'];

/** The server answers within this, whatever the instances do. */
const AT_MOST_SECONDS = 60;

/** A dry run of the plan: what every instance says now, and when each wave would start. */
export function Rehearsal(props: {
  request: Request;
  /** How many tenants it is about. */
  count: number;
  /** Of the preview on this page: another one means that something changed. */
  hash: string;
}) {
  const { request, count, hash } = props;
  const t = useTranslations('newPlan.rehearsal');
  const trpc = useTRPC();
  const mayNot = useRoleRefusal();
  const rehearse = useMutation(trpc.plans.rehearse.mutationOptions());
  const { data } = rehearse;
  return (
    <Stack gap="sm" component="section" aria-labelledby="rehearsal">
      <Group justify="space-between" gap="sm">
        <div style={{ flex: '1 1 240px' }}>
          <Title order={2} id="rehearsal">
            {t('title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('about')}
          </Text>
        </div>
        <ActionButton
          variant="default"
          size="xs"
          refusal={mayNot}
          loading={rehearse.isPending}
          onClick={() => rehearse.mutate({ ...request, onlyFindings: true })}
        >
          {t(data ? 'again' : 'rehearse')}
        </ActionButton>
      </Group>
      {rehearse.isPending && <Asking count={count} />}
      {rehearse.error && <Problem title={t('failed')}>{errorText(rehearse.error)}</Problem>}
      {data && !rehearse.isPending && (
        <>
          {data.hash !== hash && <Problem kind="warning">{t('changed')}</Problem>}
          <Text role="status" fw={580}>
            {data.asked
              ? t('asked', { tenants: data.summary.tenants, instances: data.summary.instances })
              : t('notAsked', { tenants: data.summary.tenants })}
          </Text>
          {!data.asked && <Text c="dimmed">{t('noHealthCheck')}</Text>}
          <RehearsalGroups result={data} target={request.version} />
          <Title order={3}>{t('schedule')}</Title>
          <SchedulePicture schedule={data.schedule} />
        </>
      )}
    </Stack>
  );
}

/** How much of the time limit is used up. */
function Asking({ count }: { count: number }) {
  const t = useTranslations('newPlan.rehearsal');
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div>
      <Group justify="space-between" gap="sm" mb={6}>
        <Text role="status">{t('asking', { count })}</Text>
        <Text size="sm" c="dimmed" aria-hidden="true">
          {t('time', { seconds, most: AT_MOST_SECONDS })}
        </Text>
      </Group>
      <Progress
        value={Math.min(100, (seconds / AT_MOST_SECONDS) * 100)}
        aria-label={t('timeUsed')}
        size="sm"
        animated
      />
    </div>
  );
}

'use client';

import { Paper, Table, Text } from '@mantine/core';
import Link from 'next/link';
import { memo } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanView, useTasks } from '@/components/live/use-live-plan';
import { Grid } from '@/components/ui/grid';
import { RelativeTime } from '@/components/ui/relative-time';
import { StatusBadge } from '@/components/ui/status';
import type { ProbeOutcome } from '@/domain/events';
import type { TaskView } from '@/domain/view/plan-view';

const MAX_ROWS = 500;

/** What each instance of each tenant said it runs, when it was last asked, against what it should run. */
export function Matrix({ order }: { order: LaneOrder }) {
  const t = useTranslations('plan.matrix');
  const format = useFormatter();
  const plan = usePlanView();
  const { rows, total } = instancesOf(useTasks(), order);
  if (total === 0) {
    return (
      <Paper withBorder p="lg">
        <Text c="dimmed">{t('none')}</Text>
      </Paper>
    );
  }
  return (
    <Paper withBorder>
      <Grid
        minWidth={720}
        dense
        head={[t('tenant'), t('status'), t('instance'), t('expected'), t('observed'), t('lastProbe')]}
      >
        {rows.map(({ task, instance }) => (
          <Row
            key={`${task.taskId} ${instance.instance}`}
            task={task}
            instance={instance}
            planId={plan.planId}
            version={plan.version}
          />
        ))}
      </Grid>
      {total > MAX_ROWS && (
        <Text p="sm" c="dimmed">
          {t('first', { shown: format.number(MAX_ROWS), all: format.number(total) })}
        </Text>
      )}
    </Paper>
  );
}

/** The first instances in the order of the plan, and how many there are in all. */
function instancesOf(tasks: readonly TaskView[], order: LaneOrder) {
  const rows: { task: TaskView; instance: ProbeOutcome }[] = [];
  let total = 0;
  for (let index = 0; index < tasks.length; index += 1) {
    const task = tasks[index];
    if (!task?.probe || !order.shows(index)) continue;
    total += task.probe.instances.length;
    for (const instance of task.probe.instances) if (rows.length < MAX_ROWS) rows.push({ task, instance });
  }
  return { rows, total };
}

type RowProps = { task: TaskView; instance: ProbeOutcome; planId: string; version: string };

const Row = memo(function Row({ task, instance, planId, version }: RowProps) {
  const t = useTranslations('plan.matrix');
  const say = useSay();
  const goesForward = task.direction !== 'rollback' && task.configSent;
  const expected = goesForward ? version : task.previousVersion;
  return (
    <Table.Tr>
      <Table.Td>
        <Link prefetch={false} href={`/plans/${planId}/tasks/${task.taskId}`}>
          <bdi>{task.tenantName}</bdi>
        </Link>
        {task.tenantName !== task.tenantId && (
          <Text span size="xs" c="dimmed" ml={8} data-numbers>
            {task.tenantId}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StatusBadge status={task.status} quiet />
      </Table.Td>
      <Table.Td>{instance.instance}</Table.Td>
      <Table.Td>{expected ?? '—'}</Table.Td>
      <Table.Td c={instance.version === expected ? undefined : 'var(--sy-vermilion-text)'}>
        {instance.version ?? t('unknown')}
        {instance.version !== expected && t('differs')}
      </Table.Td>
      <Table.Td>
        {instance.ok ? t('ok') : say(instance.detail)} · {task.probe && <RelativeTime at={task.probe.at} />}
      </Table.Td>
    </Table.Tr>
  );
});

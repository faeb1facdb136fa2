'use client';

import { Paper, Table, Text } from '@mantine/core';
import Link from 'next/link';
import { usePlanSnapshot } from '@/components/live/use-live-plan';
import { Grid } from '@/components/ui/grid';
import { RelativeTime } from '@/components/ui/relative-time';
import { StatusBadge } from '@/components/ui/status';

const MAX_ROWS = 500;

/** What each instance of each tenant said it runs, when it was last asked, against what it should run. */
export function Matrix({ taskIds }: { taskIds: readonly string[] }) {
  const { plan, tasks } = usePlanSnapshot();
  const wanted = new Set(taskIds);
  const rows = tasks
    .filter((task) => wanted.has(task.taskId))
    .flatMap((task) => {
      const expected =
        task.direction === 'rollback'
          ? task.previousVersion
          : task.configSent
            ? plan.version
            : task.previousVersion;
      return (task.probe?.instances ?? []).map((instance) => ({ task, instance, expected }));
    });
  if (rows.length === 0) {
    return (
      <Paper withBorder p="lg">
        <Text c="dimmed">No instance has answered a health check yet.</Text>
      </Paper>
    );
  }
  return (
    <Paper withBorder>
      <Grid
        minWidth={720}
        dense
        head={['Tenant', 'Status', 'Instance', 'Expected', 'Observed', 'Last probe']}
      >
        {rows.slice(0, MAX_ROWS).map(({ task, instance, expected }) => (
          <Table.Tr key={`${task.taskId} ${instance.instance}`}>
            <Table.Td>
              <Link href={`/plans/${plan.planId}/tasks/${task.taskId}`}>{task.tenantId}</Link>
            </Table.Td>
            <Table.Td>
              <StatusBadge status={task.status} quiet />
            </Table.Td>
            <Table.Td>{instance.instance}</Table.Td>
            <Table.Td>{expected ?? '—'}</Table.Td>
            <Table.Td c={instance.version === expected ? undefined : 'var(--sy-vermilion-text)'}>
              {instance.version ?? 'unknown'}
              {instance.version !== expected && ' (differs)'}
            </Table.Td>
            <Table.Td>
              {instance.ok ? 'ok' : instance.detail} · {task.probe && <RelativeTime at={task.probe.at} />}
            </Table.Td>
          </Table.Tr>
        ))}
      </Grid>
      {rows.length > MAX_ROWS && (
        <Text p="sm" c="dimmed">
          The first {MAX_ROWS} of {rows.length} instances. Filter to see others.
        </Text>
      )}
    </Paper>
  );
}

'use client';

import { Paper, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { LaneOrder } from '@/components/live/lane-order';
import {
  useCounted,
  useDatabaseClock,
  usePlanStore,
  usePlanView,
  useTasks,
} from '@/components/live/use-live-plan';
import { ConvergenceCurve } from '@/components/table/convergence-curve';
import { type MatrixRow, STANDINGS, worstFirst } from '@/components/table/matrix-rows';
import { VersionMatrix } from '@/components/table/version-matrix';
import { StatusBadge } from '@/components/ui/status';
import type { TaskStatus } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { convergenceOf, goesBack } from './convergence';
import classes from './matrix.module.css';

type Row = MatrixRow & { status: TaskStatus };

/** What each instance of each tenant said it runs, when it was last asked, against what it should run: the worst first. */
export function Matrix({ order }: { order: LaneOrder }) {
  const t = useTranslations('matrix');
  const plan = usePlanView();
  const tasks = useTasks();
  const shown = tasks.flatMap((task, index) => (order.shows(index) ? rowOf(task, plan) : []));
  const { rows, counts } = worstFirst(shown);
  return (
    <Stack gap="sm">
      <Convergence plan={plan} />
      <p className={classes.counts}>
        {STANDINGS.filter((standing) => counts[standing] > 0).map((standing) => (
          <span key={standing} data-standing={standing}>
            {t(`counts.${standing}`, { count: counts[standing] })}
          </span>
        ))}
      </p>
      {rows.length === 0 ? (
        <Paper withBorder p="lg">
          <Text c="dimmed">{t('none')}</Text>
        </Paper>
      ) : (
        <VersionMatrix
          label={t('label')}
          rows={rows}
          total={rows.length}
          state={{ name: t('status'), of: ({ status }) => <StatusBadge status={status} quiet /> }}
        />
      )}
    </Stack>
  );
}

/** Tasks are never changed, only replaced: of the thousands only those are looked at again that moved. */
const known = new WeakMap<TaskView, { version: string; row: Row }>();

function rowOf(task: TaskView, { planId, version }: PlanView): Row {
  const before = known.get(task);
  if (before?.version === version) return before.row;
  const goesForward = task.direction !== 'rollback' && task.configSent;
  const row: Row = {
    key: task.taskId,
    href: `/plans/${planId}/tasks/${task.taskId}`,
    tenantId: task.tenantId,
    name: task.tenantName,
    status: task.status,
    expected: goesForward ? version : task.previousVersion,
    instances: (task.probe?.instances ?? []).map(({ instance, ok, version: observed, detail }) => ({
      ...{ instance, ok, observed, detail },
    })),
    at: task.probe?.at ?? null,
  };
  known.set(task, { version, row });
  return row;
}

/** How many tenants have come to what the plan is about, over its time. */
function Convergence({ plan }: { plan: PlanView }) {
  const t = useTranslations('matrix');
  const format = useFormatter();
  const store = usePlanStore();
  const now = useDatabaseClock();
  const ended = useCounted(({ byStatus }) => byStatus.COMPLETED + byStatus.ROLLED_BACK);
  const of = useCounted(({ total, byStatus }) => total - byStatus.VALIDATION_FAILED);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they go on in place; how many have ended tells when.
  const points = useMemo(() => convergenceOf(plan, store.tasks()), [plan, store, ended]);
  if (plan.startedAt === null) return null;
  const time = { from: Date.parse(plan.startedAt), to: plan.endedAt ? Date.parse(plan.endedAt) : now };
  const clock = (at: number) =>
    format.dateTime(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  return (
    <ConvergenceCurve
      version={goesBack(plan) ? t('before') : plan.version}
      {...{ points, time, of }}
      from={clock(time.from)}
      to={plan.endedAt ? clock(time.to) : t('now')}
    />
  );
}

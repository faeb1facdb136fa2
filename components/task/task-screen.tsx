'use client';

import { Box, Paper, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { TaskActionDialogs, TaskActions } from '@/components/actions/task-actions';
import { TaskKeys } from '@/components/actions/task-keys';
import { TaskRequest } from '@/components/actions/task-request';
import { TaskWaits } from '@/components/actions/task-waits';
import { situationOf, useWhy } from '@/components/actions/use-why';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { EventList } from '@/components/live/event-list';
import { LiveConnection } from '@/components/live/live-connection';
import { LivePlan } from '@/components/live/live-plan';
import { useLiveEvents, usePlanView, useTask } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { StatusBadge } from '@/components/ui/status';
import { UrlTabs } from '@/components/ui/url-tabs';
import type { LiveEvent, TaskView } from '@/domain/view/plan-view';
import { isUnconfirmed } from '@/domain/view/state-of';
import { whyOf } from '@/domain/why';
import { OpenRequests } from './open-requests';
import { Stages } from './stages';
import { StepAttempts } from './step-attempts';
import classes from './task-screen.module.css';

const Configuration = dynamic(() => import('./configuration').then((module) => module.Configuration), {
  loading: () => <Skeleton height={160} radius="md" />,
});

/** One tenant's switch in full: why it is where it is, what was sent and answered, and what changes. */
export function TaskScreen({ planId, taskId }: { planId: string; taskId: string }) {
  return (
    <LivePlan planId={planId} what="task">
      <TaskActionDialogs>
        <LiveTask taskId={taskId} />
      </TaskActionDialogs>
    </LivePlan>
  );
}

function LiveTask({ taskId }: { taskId: string }) {
  const t = useTranslations('task');
  const { sentence } = useWhy();
  const task = useTask(taskId);
  const plan = usePlanView();
  const trpc = useTRPC();
  const events = useTaskEvents(taskId);
  const detail = useQuery(trpc.tasks.get.queryOptions({ taskId }, { placeholderData: keepPreviousData }));
  // The sentence also depends on the plan and on other tasks, so it is asked for again when this one moves.
  const moves = `${task?.status} ${task?.stageIndex} ${task?.request?.at} ${plan.status} ${plan.intent}`;
  const { refetch } = detail;
  useEffect(() => {
    if (moves) void refetch();
  }, [moves, refetch]);
  const count = events.length;
  useEffect(() => {
    const id = location.hash.slice(1);
    if (count > 0 && id.startsWith('seq-')) document.getElementById(id)?.scrollIntoView({ block: 'center' });
  }, [count]);

  if (!task) {
    return (
      <EmptyState title={t('none')} heading={1}>
        {t('noneHint', { task: taskId, plan: plan.planId })}
      </EmptyState>
    );
  }
  const situation = detail.data && situationOf(detail.data);
  const why = detail.error ? errorText(detail.error) : situation && sentence(whyOf(situation));
  return (
    <>
      <PageHeader
        above={
          <>
            <Link href={`/plans/${plan.planId}`}>
              {plan.planId} {plan.name}
            </Link>{' '}
            / {taskId}
          </>
        }
        title={task.tenantId}
        status={
          <>
            <span data-testid="task-status" data-status={task.status}>
              <StatusBadge status={task.status} unconfirmed={isUnconfirmed(task)} />
            </span>
            <TaskRequest task={task} plan={plan} />
          </>
        }
        below={
          <>
            {plan.unitName} {task.previousVersion ?? '—'} → {plan.version} ·{' '}
            {t('tries', {
              attempt: Math.max(1, task.attempt),
              retries: task.retryCount,
              most: plan.maxRetry,
            })}
            <Took task={task} />
          </>
        }
        actions={
          <div className={classes.actions}>
            <TaskActions task={task} plan={plan} />
            <TaskKeys task={task} plan={plan} />
          </div>
        }
      />
      <p className={classes.why} data-testid="why" aria-live="polite">
        {why}
      </p>
      {situation && <OpenRequests task={task} situation={situation} />}
      <div className={classes.waits}>
        <TaskWaits task={task} plan={plan} />
      </div>
      <Stages task={task} plan={plan} />
      <Box mt="lg">
        <UrlTabs
          gap="md"
          tabs={[
            { name: 'attempts', label: t('tab.attempts'), panel: <StepAttempts events={events} /> },
            {
              name: 'events',
              label: t('tab.events'),
              panel: (
                <Paper withBorder>
                  <EventList events={events} tenant={false} />
                </Paper>
              ),
            },
            {
              name: 'diff',
              label: t('tab.diff'),
              panel: detail.data && <Configuration detail={detail.data} />,
            },
          ]}
        />
      </Box>
      <LiveConnection />
    </>
  );
}

/** Stored events of the task, then what comes while the page is open. */
function useTaskEvents(taskId: string): readonly LiveEvent[] {
  const trpc = useTRPC();
  const live = useLiveEvents();
  const client = useTRPCClient();
  const stored = useQuery({
    queryKey: trpc.tasks.events.queryKey({ taskId }),
    queryFn: async () => {
      const all: LiveEvent[] = [];
      for (;;) {
        const after = all.at(-1)?.planSeq ?? 0;
        const { events, more } = await client.tasks.events.query({ taskId, after, limit: 1000 });
        all.push(...events);
        if (!more) return all;
      }
    },
  });
  const [known, setKnown] = useState<readonly LiveEvent[]>([]);
  useEffect(() => {
    if (stored.data) setKnown(stored.data);
  }, [stored.data]);
  // Kept here as well, because the live list forgets its oldest.
  useEffect(() => {
    setKnown((before) => {
      const last = before.at(-1)?.planSeq ?? 0;
      const fresh = live.filter((event) => event.taskId === taskId && event.planSeq > last);
      return fresh.length > 0 && before.length > 0 ? [...before, ...fresh] : before;
    });
  }, [live, taskId]);
  return known;
}

/** How long it was worked on, and where that is not all of it, how long it took from its start to its end. */
function Took({ task }: { task: TaskView }) {
  const t = useTranslations('task');
  const locale = useLocale();
  if (task.durationMillis === null || task.startedAt === null || task.endedAt === null) return null;
  const elapsed = Date.parse(task.endedAt) - Date.parse(task.startedAt);
  const worked = formatDuration(task.durationMillis, locale);
  const inAll = formatDuration(elapsed, locale);
  return <> · {inAll === worked ? t('took', { worked }) : t('tookInAll', { worked, inAll })}</>;
}

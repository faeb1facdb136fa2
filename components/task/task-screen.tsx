'use client';

import { Box, Paper, Stack, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { useLocale } from 'use-intl';
import { TaskActionDialogs, TaskActions } from '@/components/actions/task-actions';
import { TaskKeys } from '@/components/actions/task-keys';
import { TaskRequest } from '@/components/actions/task-request';
import { TaskWaits } from '@/components/actions/task-waits';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { EventList } from '@/components/live/event-list';
import { LiveConnection } from '@/components/live/live-connection';
import { LivePlan } from '@/components/live/live-plan';
import { useDatabaseClock, useLiveEvents, usePlanView, useTask } from '@/components/live/use-live-plan';
import { DiffView } from '@/components/ui/diff-view';
import { formatDuration } from '@/components/ui/duration';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { StatusBadge } from '@/components/ui/status';
import { UrlTabs } from '@/components/ui/url-tabs';
import type { LiveEvent, PlanView, TaskView } from '@/domain/view/plan-view';
import { StepAttempts } from './step-attempts';
import classes from './task-screen.module.css';

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
      <EmptyState title="There is no such task" heading={1}>
        {taskId} is not in {plan.planId}.
      </EmptyState>
    );
  }
  const why = detail.error ? errorText(detail.error) : detail.data?.why;
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
              <StatusBadge status={task.status} />
            </span>
            <TaskRequest task={task} plan={plan} />
          </>
        }
        below={
          <>
            {plan.unitName} {task.previousVersion ?? '—'} → {plan.version} · attempt{' '}
            {Math.max(1, task.attempt)} · {task.retryCount} of {plan.maxRetry} retries used
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
      <div className={classes.waits}>
        <TaskWaits task={task} plan={plan} />
      </div>
      <Stages task={task} plan={plan} />
      <Box mt="lg">
        <UrlTabs
          gap="md"
          tabs={[
            { name: 'attempts', label: 'Attempts', panel: <StepAttempts events={events} /> },
            {
              name: 'events',
              label: 'Events',
              panel: (
                <Paper withBorder>
                  <EventList events={events} tenant={false} />
                </Paper>
              ),
            },
            {
              name: 'diff',
              label: 'Configuration',
              panel: detail.data?.target ? (
                <DiffView
                  label="Configuration before and after"
                  before={pretty(detail.data.previous)}
                  after={pretty(detail.data.target)}
                />
              ) : (
                detail.data && whyNoConfiguration(task)
              ),
            },
          ]}
        />
      </Box>
      <LiveConnection />
    </>
  );
}

function whyNoConfiguration({ status }: TaskView): string {
  return status === 'VALIDATION_FAILED'
    ? 'A tenant that cannot be switched has none.'
    : 'It is no longer kept: the plan ended long ago, and a newer one has the tenant.';
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
  const locale = useLocale();
  if (task.durationMillis === null || task.startedAt === null || task.endedAt === null) return null;
  const elapsed = Date.parse(task.endedAt) - Date.parse(task.startedAt);
  const worked = formatDuration(task.durationMillis, locale);
  const inAll = formatDuration(elapsed, locale);
  return (
    <> · {inAll === worked ? `took ${worked}` : `worked on for ${worked}, ${inAll} from start to end`}</>
  );
}

/** The stages of the present run, or what is still to come of it. */
function Stages({ task, plan }: { task: TaskView; plan: PlanView }) {
  const now = useDatabaseClock();
  const locale = useLocale();
  const { segments } = task.lane;
  return (
    <Stack gap="xs">
      <Title order={2}>Stages</Title>
      <ol className={classes.stages}>
        {plan.stages.map((stage) => {
          const runs = segments.filter((segment) => segment.stage === stage);
          // What an earlier run did to a stage says nothing about this one.
          const last = runs.findLast((segment) => segment.run === task.lane.run);
          const took = last && (last.to === null ? now : Date.parse(last.to)) - Date.parse(last.from);
          return (
            <li
              key={stage}
              className={classes.stage}
              data-outcome={last?.outcome}
              data-direction={last?.direction}
            >
              <b>{stage}</b>
              <div>
                {last
                  ? `${last.direction === 'rollback' ? 'rollback ' : ''}${WORDS[last.outcome]}, ${formatDuration(took ?? 0, locale)}`
                  : 'not begun'}
                {runs.length > 1 && ` · ${runs.length} runs`}
              </div>
            </li>
          );
        })}
      </ol>
    </Stack>
  );
}

const WORDS = { running: 'running', succeeded: 'done', failed: 'failed', skipped: 'skipped' } as const;

/** JSON is laid out line by line, so that lines can be compared. */
function pretty(snapshot: { payload: string; format: 'json' | 'text' } | null): string {
  if (snapshot === null) return '';
  if (snapshot.format !== 'json') return snapshot.payload;
  try {
    return JSON.stringify(JSON.parse(snapshot.payload), null, 2);
  } catch {
    return snapshot.payload;
  }
}

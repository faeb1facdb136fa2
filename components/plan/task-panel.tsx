'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useEffect } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { TaskActions } from '@/components/actions/task-actions';
import { TaskRequest } from '@/components/actions/task-request';
import { TaskWaits } from '@/components/actions/task-waits';
import { situationOf, useWhy } from '@/components/actions/use-why';
import { errorText, useTRPC } from '@/components/api/client';
import { Said } from '@/components/i18n/said';
import { useDatabaseClock, usePlanView, useTask } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import { StatusBadge } from '@/components/ui/status';
import type { Segment } from '@/domain/lane';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { isUnconfirmed } from '@/domain/view/state-of';
import { whyOf } from '@/domain/why';
import classes from './task-panel.module.css';

/** One task beside the timeline: why it is where it is, what it went through, and what can be done. */
export function TaskPanel({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const t = useTranslations('plan.panel');
  const task = useTask(taskId);
  const plan = usePlanView();
  if (!task) return null;
  return (
    <aside className={classes.panel} aria-label={task.tenantId} data-panel={taskId}>
      <div className={classes.head}>
        <div className={classes.names}>
          <h2 className={classes.name} dir="auto">
            {task.tenantName}
          </h2>
          <span className={classes.id}>{task.tenantId}</span>
        </div>
        <button
          type="button"
          className={classes.close}
          aria-label={t('close')}
          title={t('close')}
          onClick={onClose}
        >
          ×
        </button>
      </div>
      <div className={classes.status}>
        <StatusBadge status={task.status} unconfirmed={isUnconfirmed(task)} />
        <TaskRequest task={task} plan={plan} />
      </div>
      <Why task={task} plan={plan} />
      <TaskWaits task={task} plan={plan} />
      <div className={classes.actions}>
        <TaskActions task={task} plan={plan} />
      </div>
      {task.failure && (
        <section className={classes.failure}>
          <h3>{t('failure')}</h3>
          <p>
            {[task.failure.step, task.failure.instance].filter(Boolean).join(' · ')}
            {(task.failure.step || task.failure.instance) && ': '}
            <Said text={task.failure.message} />
          </p>
        </section>
      )}
      <Runs task={task} />
      <Link href={`/plans/${plan.planId}/tasks/${taskId}`} prefetch={false} className={classes.page}>
        {t('page')}
      </Link>
    </aside>
  );
}

/** Why it is where it is, asked for again when the task moves: it also depends on the plan and on other tasks. */
function Why({ task, plan }: { task: TaskView; plan: PlanView }) {
  const t = useTranslations('plan.panel');
  const trpc = useTRPC();
  const { sentence } = useWhy();
  const { taskId } = task;
  const { data, error, refetch } = useQuery(
    trpc.tasks.get.queryOptions({ taskId }, { placeholderData: keepPreviousData }),
  );
  const moves = `${task.status} ${task.stageIndex} ${task.request?.at} ${plan.status} ${plan.intent}`;
  useEffect(() => {
    if (moves) void refetch();
  }, [moves, refetch]);
  const why = data ? sentence(whyOf(situationOf(data))) : t('reading');
  return <p className={classes.why}>{error ? errorText(error) : why}</p>;
}

/** What it went through, the last run first, each stage with its time. */
function Runs({ task }: { task: TaskView }) {
  const t = useTranslations('plan.panel');
  const runs = runsOf(task.lane.segments);
  return (
    <section className={classes.runs}>
      <h3>{t('tries')}</h3>
      {runs.length === 0 && <p>{t('none')}</p>}
      {runs.map(({ run, segments }) => (
        <div key={run}>
          {runs.length > 1 && (
            <h4>
              {t('run', { run: String(run) })}
              {segments[0]?.direction === 'rollback' && ` · ${t('back')}`}
            </h4>
          )}
          <ol>
            {segments.map((segment) => (
              <Stage key={segment.from + segment.stageIndex} segment={segment} />
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

function Stage({ segment }: { segment: Segment }) {
  const t = useTranslations('plan.lane');
  const locale = useLocale();
  const format = useFormatter();
  const { stage, from, to, outcome, direction } = segment;
  const began = format.dateTime(new Date(from), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <li className={classes.stage} data-outcome={outcome} data-direction={direction}>
      <b>{stage}</b>
      <span>{t(outcome)}</span>
      <span data-numbers>
        {to === null ? <Open from={from} /> : formatDuration(Date.parse(to) - Date.parse(from), locale)}
      </span>
      <time dateTime={from}>{began}</time>
    </li>
  );
}

function Open({ from }: { from: string }) {
  return formatDuration(useDatabaseClock() - Date.parse(from), useLocale());
}

function runsOf(segments: readonly Segment[]): { run: number; segments: Segment[] }[] {
  const runs = new Map<number, Segment[]>();
  for (const segment of segments) runs.set(segment.run, [...(runs.get(segment.run) ?? []), segment]);
  return [...runs].map(([run, of]) => ({ run, segments: of })).reverse();
}

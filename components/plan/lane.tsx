'use client';

import Link from 'next/link';
import { memo } from 'react';
import { TaskActions } from '@/components/actions/task-actions';
import { TaskRequest } from '@/components/actions/task-request';
import { TaskWaits } from '@/components/actions/task-waits';
import { useDatabaseClock, usePlanView, useTask } from '@/components/live/use-live-plan';
import { StatusBadge } from '@/components/ui/status';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import classes from './lane.module.css';
import { LaneBar } from './lane-bar';
import { useChosen, useSelection } from './selection';

// Rows are placed one by one as they scroll into view, which the elements of a table do not allow.
const rowAt = (index: number) => ({ role: 'row', 'aria-rowindex': index });
const CELL = { role: 'cell' } as const;

const SILENCE_MILLIS = 60_000;

/** One tenant's switch: its status, its history and what can be done. A card where there is no room for a row. */
export const Lane = memo(function Lane(props: {
  taskId: string;
  axisFrom: number;
  axisTo: number;
  card: boolean;
  rowIndex: number;
  /** What a choice of everything is taken apart into. */
  shown: readonly string[];
}) {
  const task = useTask(props.taskId);
  const plan = usePlanView();
  if (!task) return null;
  const axis = { from: props.axisFrom, to: props.axisTo };
  const shared = {
    className: classes.lane,
    'aria-label': task.tenantId,
    'data-status': task.status,
    'data-task': task.taskId,
  };
  if (props.card) {
    return (
      <article {...shared} data-card>
        <span className={classes.status}>
          <Choose task={task} shown={props.shown} />
          <LaneStatus task={task} plan={plan} />
        </span>
        <LaneTenant task={task} plan={plan} />
        <LaneBar task={task} axis={axis} />
        <div className={classes.actions}>
          <TaskActions task={task} plan={plan} />
        </div>
        <LaneNotes task={task} plan={plan} />
      </article>
    );
  }
  return (
    <div {...shared} {...rowAt(props.rowIndex)}>
      <div {...CELL} className={classes.status}>
        <Choose task={task} shown={props.shown} />
        <LaneStatus task={task} plan={plan} />
      </div>
      <div {...CELL} className={classes.tenant}>
        <LaneTenant task={task} plan={plan} />
      </div>
      <div {...CELL} className={classes.history}>
        <LaneBar task={task} axis={axis} />
        <LaneNotes task={task} plan={plan} />
      </div>
      <div {...CELL} className={classes.actions}>
        <TaskActions task={task} plan={plan} />
      </div>
    </div>
  );
});

function Choose({ task, shown }: { task: TaskView; shown: readonly string[] }) {
  const selection = useSelection();
  const chosen = useChosen(task.taskId);
  return (
    <input
      type="checkbox"
      className={classes.choose}
      aria-label={`Select ${task.tenantId}`}
      checked={chosen}
      onChange={() => selection?.toggle(task.taskId, shown)}
    />
  );
}

type Parts = { task: TaskView; plan: PlanView };

function LaneStatus({ task }: Parts) {
  const now = useDatabaseClock();
  const moving = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
  const silent = moving && task.heartbeatAt !== null && now - Date.parse(task.heartbeatAt) > SILENCE_MILLIS;
  return <StatusBadge status={task.status} quiet noHeartbeat={silent} />;
}

function LaneTenant({ task, plan }: Parts) {
  return (
    <span className={classes.words}>
      <Link
        className={classes.name}
        href={`/plans/${plan.planId}/tasks/${task.taskId}`}
        title={task.tenantName}
      >
        {task.tenantId}
      </Link>
      <span className={classes.versions}>
        {task.previousVersion ?? '—'} → {plan.version}
      </span>
    </span>
  );
}

function LaneNotes({ task, plan }: Parts) {
  const failed = task.failure && (task.status === 'FAILED' || task.status === 'ROLLBACK_FAILED');
  return (
    <>
      <div className={classes.request}>
        <TaskRequest task={task} plan={plan} />
      </div>
      <TaskWaits task={task} plan={plan} />
      {failed && (
        <p className={classes.failure}>
          {task.currentStage}
          {task.failure?.step ? ` · ${task.failure.step}` : ''}: {task.failure?.message}
        </p>
      )}
    </>
  );
}

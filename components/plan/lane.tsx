'use client';

import { useRouter } from 'next/navigation';
import { memo } from 'react';
import { TaskActions } from '@/components/actions/task-actions';
import { TaskRequest } from '@/components/actions/task-request';
import { TaskWaits } from '@/components/actions/task-waits';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanStore, usePlanView, useTask } from '@/components/live/use-live-plan';
import { useByClock } from '@/components/ui/clock';
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
  order: LaneOrder;
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
          <Choose task={task} order={props.order} />
          <LaneStatus task={task} plan={plan} />
        </span>
        <LaneTenant task={task} plan={plan} />
        <LaneBar task={task} axis={axis} />
        <div className={classes.actions}>
          <TaskActions task={task} plan={plan} />
        </div>
        <LaneNotes task={task} plan={plan} dense={false} />
      </article>
    );
  }
  return (
    <div {...shared} {...rowAt(props.rowIndex)}>
      <div {...CELL} className={classes.status}>
        <Choose task={task} order={props.order} />
        <LaneStatus task={task} plan={plan} />
      </div>
      <div {...CELL} className={classes.tenant}>
        <LaneTenant task={task} plan={plan} />
      </div>
      <div {...CELL} className={classes.history}>
        <LaneBar task={task} axis={axis} />
        <LaneNotes task={task} plan={plan} dense />
      </div>
      <div {...CELL} className={classes.actions}>
        <TaskActions task={task} plan={plan} />
      </div>
    </div>
  );
});

function Choose({ task, order }: { task: TaskView; order: LaneOrder }) {
  const selection = useSelection();
  const chosen = useChosen(task.taskId);
  return (
    <input
      type="checkbox"
      className={classes.choose}
      aria-label={`Select ${task.tenantId}`}
      checked={chosen}
      onChange={() => selection?.toggle(task.taskId, () => order.ids())}
    />
  );
}

type Parts = { task: TaskView; plan: PlanView };

function LaneStatus({ task }: Parts) {
  const offset = usePlanStore().clockOffset();
  const moving = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
  const beat = moving && task.heartbeatAt !== null ? Date.parse(task.heartbeatAt) : null;
  const silent = useByClock((now) => beat !== null && now + offset - beat > SILENCE_MILLIS);
  return <StatusBadge status={task.status} quiet noHeartbeat={silent} />;
}

function LaneTenant({ task, plan }: Parts) {
  const router = useRouter();
  const href = `/plans/${plan.planId}/tasks/${task.taskId}`;
  return (
    <span className={classes.words}>
      {/* Not the link of the framework, which costs more than the rest of the lane. */}
      <a
        className={classes.name}
        href={href}
        title={task.tenantName}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          router.push(href);
        }}
      >
        {task.tenantId}
      </a>
      <span className={classes.versions}>
        {task.previousVersion ?? '—'} → {plan.version}
      </span>
    </span>
  );
}

/** Each has the height that `noteLines` says: what is too long for it is in the title, and on the page of the task. */
function LaneNotes({ task, plan, dense }: Parts & { dense: boolean }) {
  const failed = task.failure && (task.status === 'FAILED' || task.status === 'ROLLBACK_FAILED');
  const told = failed
    ? `${[task.currentStage, task.failure?.step].filter(Boolean).join(' · ')}: ${task.failure?.message}`
    : '';
  return (
    <>
      <div className={classes.request}>
        <TaskRequest task={task} plan={plan} />
      </div>
      <TaskWaits task={task} plan={plan} dense={dense} />
      {failed && (
        <p className={classes.failure} title={told}>
          {told}
        </p>
      )}
    </>
  );
}

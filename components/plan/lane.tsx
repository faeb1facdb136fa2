'use client';

import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { TaskActions } from '@/components/actions/task-actions';
import { TaskRequest } from '@/components/actions/task-request';
import { TaskWaits } from '@/components/actions/task-waits';
import { useSay } from '@/components/i18n/said';
import { SILENCE_MILLIS } from '@/components/live/lane-notes';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanStore, usePlanView, useTask } from '@/components/live/use-live-plan';
import { useByClock } from '@/components/ui/clock';
import { StatusBadge } from '@/components/ui/status';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { isUnconfirmed } from '@/domain/view/state-of';
import classes from './lane.module.css';
import { LaneBar } from './lane-bar';
import { LaneName } from './lane-name';
import { useChosen, useSelection } from './selection';

// Rows are placed one by one as they scroll into view, which the elements of a table do not allow. Which of them the tab
// key stops at is set from outside: it changes without rendering any.
const rowAt = (index: number, level: number) => ({
  role: 'row',
  'aria-level': level,
  'aria-rowindex': index,
  tabIndex: -1,
});
const CELL = { role: 'gridcell' } as const;

/** One tenant's switch: its status, its history and what can be done. A card where there is no room for a row. */
export const Lane = memo(function Lane(props: {
  taskId: string;
  card: boolean;
  /** From 1, of `length`. */
  rowIndex: number;
  length: number;
  /** What a choice of everything is taken apart into. */
  order: LaneOrder;
}) {
  const task = useTask(props.taskId);
  const plan = usePlanView();
  if (!task) return null;
  const shared = {
    className: classes.lane,
    'aria-label': task.tenantId,
    'data-status': task.status,
    'data-task': task.taskId,
    'data-row': task.taskId,
  };
  if (props.card) {
    return (
      <article {...shared} data-card tabIndex={-1} aria-posinset={props.rowIndex} aria-setsize={props.length}>
        <span className={classes.status}>
          <Choose task={task} order={props.order} />
          <LaneStatus task={task} />
        </span>
        <LaneName task={task} plan={plan} />
        <LaneBar task={task} />
        <div className={classes.actions}>
          <TaskActions task={task} plan={plan} />
        </div>
        <LaneNotes task={task} plan={plan} dense={false} />
      </article>
    );
  }
  return (
    <div {...shared} {...rowAt(props.rowIndex, props.order.isGrouped ? 2 : 1)}>
      <div {...CELL} className={classes.status}>
        <Choose task={task} order={props.order} />
        <LaneStatus task={task} />
      </div>
      <div {...CELL} className={classes.tenant}>
        <LaneName task={task} plan={plan} />
      </div>
      <div {...CELL} className={classes.history}>
        <LaneBar task={task} />
        <LaneNotes task={task} plan={plan} dense />
      </div>
      <div {...CELL} className={classes.actions}>
        <TaskActions task={task} plan={plan} />
      </div>
    </div>
  );
});

function Choose({ task, order }: { task: TaskView; order: LaneOrder }) {
  const t = useTranslations('plan.timeline');
  const selection = useSelection();
  const chosen = useChosen(task.taskId);
  return (
    <input
      type="checkbox"
      className={classes.choose}
      aria-label={t('select', { name: task.tenantId })}
      tabIndex={-1}
      checked={chosen}
      onChange={() => selection?.toggle(task.taskId, () => order.ids())}
    />
  );
}

function LaneStatus({ task }: { task: TaskView }) {
  const offset = usePlanStore().clockOffset();
  const moving = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
  const beat = moving && task.heartbeatAt !== null ? Date.parse(task.heartbeatAt) : null;
  const silent = useByClock((now) => beat !== null && now + offset - beat > SILENCE_MILLIS);
  return <StatusBadge status={task.status} quiet noHeartbeat={silent} unconfirmed={isUnconfirmed(task)} />;
}

/** Each has the height that `noteLines` says: what is too long for it is in the title, and on the page of the task. */
function LaneNotes({ task, plan, dense }: { task: TaskView; plan: PlanView; dense: boolean }) {
  const say = useSay();
  const failed = task.failure && (task.status === 'FAILED' || task.status === 'ROLLBACK_FAILED');
  const told = failed
    ? `${[task.currentStage, task.failure?.step].filter(Boolean).join(' · ')}: ${say(task.failure?.message)}`
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

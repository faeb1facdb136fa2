import { canGoBack } from '@/domain/going-back';
import type { PlanState } from '@/domain/plan';
import type { TaskState } from '@/domain/task';
import type { PlanView, TaskView } from './plan-view';

const date = (iso: string | null) => (iso === null ? null : new Date(iso));

/** The state of a plan as its machine knows it. */
export function planStateOf(plan: PlanView): PlanState {
  return {
    ...plan,
    bakeUntil: date(plan.bakeUntil),
    countingSince: date(plan.countingSince),
    startAt: date(plan.startAt),
    startBy: date(plan.startBy),
    startedAt: date(plan.startedAt),
    endedAt: date(plan.endedAt),
  };
}

/** The state of a task as its machine knows it: what the view has, and what all tasks of the plan have in common. */
export function taskStateOf(task: TaskView, plan: PlanView): TaskState {
  return {
    ...task,
    ...wayBackOf(task, plan),
    planId: plan.planId,
    stages: plan.stages,
    startedAt: date(task.startedAt),
    endedAt: date(task.endedAt),
    stageStartedAt: date(task.stageStartedAt),
  };
}

/** Whether a rollback has something to do for a task; counted for every one, so that it makes no more than it needs. */
export const mayGoBack = (task: TaskView, plan: PlanView): boolean =>
  canGoBack({
    status: task.status,
    stageStarted: task.stageStarted,
    sent: task.sent,
    ...wayBackOf(task, plan),
  });

/** Completed, although nothing showed what runs there: its request was accepted, and that is all that is known. */
export const isUnconfirmed = ({
  status,
  healthConfirmed,
}: Pick<TaskView, 'status' | 'healthConfirmed'>): boolean => status === 'COMPLETED' && !healthConfirmed;

const wayBackOf = (
  { previousVersion, status }: TaskView,
  { unitId, unitName, version }: PlanView,
): Pick<TaskState, 'previous' | 'targetVersion'> => ({
  previous: previousVersion === null ? null : { unitId, unitName, version: previousVersion },
  targetVersion: status === 'VALIDATION_FAILED' ? null : version,
});

import type { PlanIntent, PlanStatus } from './plan';
import type { HeldBy, OpenRequest, TaskStatus } from './task';

/** What there is to know about why a task is where it is. */
export interface TaskSituation {
  status: TaskStatus;
  request: Pick<OpenRequest, 'kind' | 'by'> | null;
  heldBy: HeldBy | null;
  currentStage: string | null;
  stageIndex: number;
  totalStages: number;
  failure: { message: string } | null;
  planStatus: PlanStatus;
  planIntent: PlanIntent;
  planHalted: boolean;
  occupied: number;
  maxConcurrency: number;
  /** Pending tasks of the plan before this one. */
  ahead: number;
  /** The other plan that holds the tenant. */
  tenantHeldBy: string | null;
}

/** The "why is it here?" sentence on top of a task. */
export function explain(task: TaskSituation): string {
  const stage = `stage ${Math.min(task.stageIndex + 1, task.totalStages)} of ${task.totalStages}`;
  switch (task.status) {
    case 'PENDING':
      return waiting(task);
    case 'RUNNING':
    case 'ROLLING_BACK': {
      const verb = task.status === 'RUNNING' ? 'Running' : 'Rolling back';
      const asked = task.request
        ? ` ${capital(task.request.kind)} requested by ${task.request.by}: it takes effect after this stage.`
        : '';
      return `${verb} ${stage}${task.currentStage ? ` (${task.currentStage})` : ''}.${asked}`;
    }
    case 'PAUSED':
      if (task.request)
        return `${capital(task.request.kind)} requested by ${task.request.by}; ${waiting(task).replace(/^Waiting/, 'waiting')}`;
      return task.heldBy === 'plan'
        ? 'Paused with its plan. Resume the plan to go on.'
        : `Paused before ${stage}. It keeps its tenant until it is resumed, cancelled or rolled back.`;
    case 'FAILED':
    case 'ROLLBACK_FAILED':
      if (task.request)
        return `${capital(task.request.kind)} requested by ${task.request.by}; ${waiting(task).replace(/^Waiting/, 'waiting')}`;
      return `${task.status === 'FAILED' ? 'Failed' : 'The rollback failed'} in ${stage}: ${task.failure?.message ?? 'no reason was given.'}`;
    case 'COMPLETED':
      return task.request
        ? `${capital(task.request.kind)} requested by ${task.request.by}; ${waiting(task).replace(/^Waiting/, 'waiting')}`
        : 'Completed: all stages are done.';
    case 'CANCELLED':
      return task.stageIndex > 0
        ? `Cancelled after stage ${task.stageIndex} of ${task.totalStages}. Cancelling does not roll back.`
        : 'Cancelled before its first stage.';
    case 'ROLLED_BACK':
      return 'Rolled back to the version it had before.';
    case 'VALIDATION_FAILED':
      return 'Left out: its validation failed when the plan was created.';
    default:
      return 'Being validated.';
  }
}

function waiting(task: TaskSituation): string {
  if (task.planStatus === 'READY') return 'Waiting: the plan has not been started.';
  if (task.planHalted) return 'Waiting: admission is halted in this plan.';
  if (task.planIntent === 'pause') return 'Waiting: the plan is paused.';
  if (task.tenantHeldBy) return `Waiting: tenant busy in ${task.tenantHeldBy}.`;
  const place = task.status === 'PENDING' ? `, ${ordinal(task.ahead + 1)} in queue` : '';
  if (task.occupied >= task.maxConcurrency)
    return `Waiting: ${task.occupied} of ${task.maxConcurrency} slots busy${place}.`;
  return `Waiting: about to start${place}.`;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function ordinal(place: number): string {
  const tens = place % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${suffix}`;
}

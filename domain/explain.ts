import type { ErrorType } from './failure';
import type { PlanStatus } from './plan';
import type { PlanIntent } from './plan-intent';
import { MOST_TAKEOVERS, type Takeover } from './takeover';
import type { HeldBy, OpenRequest, StepCourse, TaskStatus } from './task';

/** What there is to know about why a task is where it is. */
export interface TaskSituation {
  status: TaskStatus;
  request: Pick<OpenRequest, 'kind' | 'by' | 'notBefore' | 'now' | 'reason'> | null;
  /** Its run was taken over and has not got on since. */
  takeover?: Takeover | null | undefined;
  /** How far the step under way came. */
  course?: StepCourse | null | undefined;
  /** What was asked of the whole plan, by whom. */
  planIntentBy?: string | null | undefined;
  heldBy: HeldBy | null;
  currentStage: string | null;
  stageIndex: number;
  totalStages: number;
  failure: { message: string; errorType: ErrorType } | null;
  planStatus: PlanStatus;
  planIntent: PlanIntent;
  planHalted: { reason: string; rollbacks?: boolean | undefined } | null;
  /** Admission is stopped everywhere. */
  stopped: { reason: string } | null;
  /** ISO 8601: when the plan starts by itself. */
  startAt: string | null;
  startBy: string | null;
  /** The task's wave and the one that may start now, counted from 0; how many of the latter failed. */
  wave: number;
  planWave: number;
  lastWave: number;
  waveFailed: number;
  bakeUntil: string | null;
  /** The freeze that holds for the tenant, ISO 8601. */
  frozen: { name: string; until: string } | null;
  occupied: number;
  maxConcurrency: number;
  /** Pending tasks of the plan before this one. */
  ahead: number;
  /** The other plan that holds the tenant. */
  tenantHeldBy: string | null;
}

/** Where a request waits to be admitted. */
const RESTING: readonly TaskStatus[] = [
  'PAUSED',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'ROLLED_BACK',
  'ROLLBACK_FAILED',
];

/** The "why is it here?" sentence on top of a task. */
export function explain(task: TaskSituation): string {
  const stage = `stage ${Math.min(task.stageIndex + 1, task.totalStages)} of ${task.totalStages}`;
  const { request } = task;
  if (request && RESTING.includes(task.status))
    return `${capital(request.kind)} requested by ${request.by}; ${waiting(task).replace(/^Waiting/, 'waiting')}`;
  switch (task.status) {
    case 'PENDING':
      return waiting(task);
    case 'RUNNING':
    case 'ROLLING_BACK': {
      const verb = task.status === 'RUNNING' ? 'Running' : 'Rolling back';
      const where = `${verb} ${stage}${task.currentStage ? ` (${task.currentStage})` : ''}.`;
      return [where, heldUp(task), underWay(task), takenOver(task), asked(task), planAsked(task)]
        .filter((sentence) => sentence !== '')
        .join(' ');
    }
    case 'PAUSED':
      if (task.heldBy === 'plan') return 'Paused with its plan. Resume the plan to go on.';
      if (task.heldBy === 'approval')
        return `Waits for an approval in ${stage}. Approve it to go on, or reject it to stop here.`;
      return task.heldBy === 'policy'
        ? `Paused before ${stage} by the plan's pause policy. Resume it to go on.`
        : `Paused before ${stage}. It keeps its tenant until it is resumed, cancelled or rolled back.`;
    case 'FAILED':
    case 'ROLLBACK_FAILED':
      return `${task.status === 'FAILED' ? 'Failed' : 'The rollback failed'} in ${stage}: ${task.failure?.message ?? 'no reason was given.'}${decision(task)}`;
    case 'COMPLETED':
      return 'Completed: all stages are done.';
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

/** What the stop of everything or a freeze does to a step that was taken over: it is not sent again meanwhile. */
function heldUp({ status, takeover, stopped, frozen }: TaskSituation): string {
  if (status !== 'RUNNING' || !takeover) return '';
  if (stopped)
    return `Its step may be on its way and is not sent again while admission is stopped everywhere (${stopped.reason}).`;
  return frozen
    ? `Its step may be on its way and is not sent again while the tenant is frozen until ${frozen.until} (${frozen.name}).`
    : '';
}

/** How far the step came that waits in between. */
function underWay({ course }: TaskSituation): string {
  if (!course || (course.rounds === 0 && course.notBefore === null)) return '';
  const next = course.notBefore ? `, the next not before ${course.notBefore}` : '';
  const told = course.told ? ` (${course.told})` : '';
  if (course.rounds > 0) return `${course.rounds} health rounds are over${next}${told}.`;
  const tries = Math.max(0, ...Object.values(course.tries));
  return `Tried ${tries} times${next}.`;
}

function takenOver({ takeover }: TaskSituation): string {
  if (!takeover || (takeover.count < 2 && takeover.reason === null)) return '';
  const because = takeover.reason ? `; the last run ended with: ${takeover.reason}` : '';
  return `Taken over ${takeover.count} times without getting on (it is given up after ${MOST_TAKEOVERS}), the next time not before ${takeover.notBefore}${because}.`;
}

function asked({ request }: TaskSituation): string {
  if (!request) return '';
  const why = request.reason ? ` (${request.reason})` : '';
  const when = request.now ? 'it ends the stage at once' : 'it takes effect after this stage';
  return `${capital(request.kind)} requested by ${request.by}${why}: ${when}.`;
}

const PLAN_ASKED: Partial<Record<PlanIntent, string>> = {
  pause: 'A pause of the plan is requested',
  cancel: 'Cancelling the plan is requested',
  rollback: 'A rollback of the plan is requested',
};

function planAsked({ planIntent, planIntentBy, status }: TaskSituation): string {
  const what = status === 'RUNNING' ? PLAN_ASKED[planIntent] : undefined;
  return what ? `${what}${planIntentBy ? ` by ${planIntentBy}` : ''}: it takes effect after this stage.` : '';
}

function waiting(task: TaskSituation): string {
  if (task.planStatus === 'READY') {
    if (task.startAt) return `Waiting: the plan starts at ${task.startAt}.`;
    return task.startBy
      ? `Waiting: the plan was to start by ${task.startBy} and could not. Start it now, or set another time.`
      : 'Waiting: the plan has not been started.';
  }
  const back = task.request?.kind === 'rollback';
  if (task.stopped && !back) return `Waiting: admission is stopped everywhere (${task.stopped.reason}).`;
  if (task.planHalted && (!back || task.planHalted.rollbacks))
    return `Waiting: the plan is halted. ${task.planHalted.reason} Continue it to go on.`;
  if (task.planIntent === 'pause' && task.request?.kind !== 'rollback') return 'Waiting: the plan is paused.';
  if (task.status === 'PENDING' && task.wave > task.planWave) return waitingForWave(task);
  if (task.request?.notBefore) return `Waiting: the next try is not before ${task.request.notBefore}.`;
  if (task.frozen && task.request?.kind !== 'rollback')
    return `Waiting: frozen until ${task.frozen.until} (${task.frozen.name}).`;
  if (task.tenantHeldBy) return `Waiting: tenant busy in ${task.tenantHeldBy}.`;
  const place = task.status === 'PENDING' ? `, ${ordinal(task.ahead + 1)} in queue` : '';
  if (task.occupied >= task.maxConcurrency)
    return `Waiting: ${task.occupied} of ${task.maxConcurrency} slots busy${place}.`;
  return `Waiting: about to start${place}.`;
}

function waitingForWave(task: TaskSituation): string {
  const own = `wave ${task.wave + 1} of ${task.lastWave + 1}`;
  if (task.bakeUntil && task.wave === task.planWave + 1)
    return `Waiting: ${own} starts at ${task.bakeUntil}, after the bake.`;
  if (task.waveFailed > 0) {
    return `Waiting: ${own} does not start while ${task.waveFailed} of wave ${task.planWave + 1} did not complete. Retry them, or continue the plan in spite of them.`;
  }
  return `Waiting: ${own} starts after wave ${task.planWave + 1}.`;
}

/** What an operator has to decide before it can go on. */
function decision({ failure }: TaskSituation): string {
  if (failure?.errorType === 'IN_DOUBT')
    return ' Look at the target, then say whether it was applied or is to be sent again.';
  if (failure?.errorType === 'DRIFT') return ' Mend the tenant and retry, or override with a reason.';
  return '';
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function ordinal(place: number): string {
  const tens = place % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${suffix}`;
}

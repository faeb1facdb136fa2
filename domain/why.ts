import type { ErrorType } from './failure';
import type { PlanStatus } from './plan';
import type { PlanIntent } from './plan-intent';
import type { Takeover } from './takeover';
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
  /** ISO 8601: the plan's deadline, once it has passed. */
  planLate?: string | null | undefined;
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
  /** What judges that wave has not passed yet. */
  waveGate?: { measured: number; of: number } | null | undefined;
  /** The freeze that holds for the tenant, ISO 8601. */
  frozen: { name: string; until: string } | null;
  occupied: number;
  maxConcurrency: number;
  /** Pending tasks of the plan before this one. */
  ahead: number;
  /** The other plan that holds the tenant. */
  tenantHeldBy: string | null;
}

/** What something waits for that is not under way. Times are ISO 8601. */
export type Wait =
  | { wait: 'startsAt'; at: string }
  | { wait: 'startMissed'; by: string }
  | { wait: 'notStarted' }
  | { wait: 'stopped'; reason: string }
  | { wait: 'halted'; reason: string }
  | { wait: 'late'; since: string }
  | { wait: 'planPaused' }
  | { wait: 'bake'; wave: number; of: number; at: string }
  | { wait: 'gate'; wave: number; of: number; before: number; measured: number; measurements: number }
  | { wait: 'failures'; wave: number; of: number; failed: number; before: number }
  | { wait: 'wave'; wave: number; of: number; before: number }
  | { wait: 'nextTry'; at: string }
  | { wait: 'frozen'; until: string; name: string }
  | { wait: 'tenant'; plan: string }
  /** `place` in the queue; null where there is none. */
  | { wait: 'slots'; busy: number; of: number; place: number | null }
  | { wait: 'soon'; place: number | null };

/** One sentence of why a task is where it is, as data: each language has its own words. */
export type Why =
  | { why: 'waits'; for: Wait }
  | { why: 'requested'; kind: OpenRequest['kind']; by: string; for: Wait }
  | { why: 'running' | 'goingBack'; stage: number; of: number; name: string | null }
  | { why: 'heldByStop'; reason: string }
  | { why: 'heldByFreeze'; until: string; name: string }
  | { why: 'rounds'; count: number; next: string | null; told: string | null }
  | { why: 'tries'; count: number; next: string | null }
  | { why: 'takenOver'; count: number; next: string; because: string | null }
  | { why: 'asked'; kind: OpenRequest['kind']; by: string; reason: string | null; atOnce: boolean }
  | { why: 'planAsked'; intent: 'pause' | 'cancel' | 'rollback'; by: string | null }
  | { why: 'pausedWithPlan' | 'completed' | 'cancelledFirst' | 'rolledBack' | 'leftOut' | 'validated' }
  | { why: 'approval' | 'pausedByPolicy' | 'paused'; stage: number; of: number }
  | { why: 'failed' | 'rollbackFailed'; stage: number; of: number; message: string | null }
  | { why: 'decideInDoubt' | 'decideDrift' }
  | { why: 'cancelledAfter'; stage: number; of: number };

/** Where a request waits to be admitted. */
const RESTING: readonly TaskStatus[] = [
  'PAUSED',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'ROLLED_BACK',
  'ROLLBACK_FAILED',
];

/** Why a task is where it is, sentence by sentence. */
export function whyOf(task: TaskSituation): Why[] {
  const { request, status } = task;
  if (request && RESTING.includes(status))
    return [{ why: 'requested', kind: request.kind, by: request.by, for: waitOf(task) }];
  const at = { stage: Math.min(task.stageIndex + 1, task.totalStages), of: task.totalStages };
  switch (status) {
    case 'PENDING':
      return [{ why: 'waits', for: waitOf(task) }];
    case 'RUNNING':
    case 'ROLLING_BACK':
      return [
        { why: status === 'RUNNING' ? 'running' : 'goingBack', ...at, name: task.currentStage },
        ...heldUp(task),
        ...underWay(task),
        ...takenOver(task),
        ...asked(task),
        ...planAsked(task),
      ];
    case 'PAUSED':
      if (task.heldBy === 'plan') return [{ why: 'pausedWithPlan' }];
      if (task.heldBy === 'approval') return [{ why: 'approval', ...at }];
      return [{ why: task.heldBy === 'policy' ? 'pausedByPolicy' : 'paused', ...at }];
    case 'FAILED':
    case 'ROLLBACK_FAILED':
      return [
        {
          why: status === 'FAILED' ? 'failed' : 'rollbackFailed',
          ...at,
          message: task.failure?.message ?? null,
        },
        ...decision(task),
      ];
    case 'COMPLETED':
      return [{ why: 'completed' }];
    case 'CANCELLED':
      return task.stageIndex > 0
        ? [{ why: 'cancelledAfter', stage: task.stageIndex, of: task.totalStages }]
        : [{ why: 'cancelledFirst' }];
    case 'ROLLED_BACK':
      return [{ why: 'rolledBack' }];
    case 'VALIDATION_FAILED':
      return [{ why: 'leftOut' }];
    default:
      return [{ why: 'validated' }];
  }
}

/** What the stop of everything or a freeze does to a step that was taken over: it is not sent again meanwhile. */
function heldUp({ status, takeover, stopped, frozen }: TaskSituation): Why[] {
  if (status !== 'RUNNING' || !takeover) return [];
  if (stopped) return [{ why: 'heldByStop', reason: stopped.reason }];
  return frozen ? [{ why: 'heldByFreeze', until: frozen.until, name: frozen.name }] : [];
}

/** How far the step came that waits in between. */
function underWay({ course }: TaskSituation): Why[] {
  if (!course || (course.rounds === 0 && course.notBefore === null)) return [];
  const { rounds, notBefore: next, told } = course;
  if (rounds > 0) return [{ why: 'rounds', count: rounds, next, told }];
  return [{ why: 'tries', count: Math.max(0, ...Object.values(course.tries)), next }];
}

function takenOver({ takeover }: TaskSituation): Why[] {
  if (!takeover || (takeover.count < 2 && takeover.reason === null)) return [];
  const { count, notBefore: next, reason: because } = takeover;
  return [{ why: 'takenOver', count, next, because }];
}

function asked({ request }: TaskSituation): Why[] {
  if (!request) return [];
  const { kind, by, reason, now } = request;
  return [{ why: 'asked', kind, by, reason: reason ?? null, atOnce: now === true }];
}

function planAsked({ planIntent: intent, planIntentBy, status }: TaskSituation): Why[] {
  if (status !== 'RUNNING' || intent === 'none' || intent === 'close') return [];
  return [{ why: 'planAsked', intent, by: planIntentBy ?? null }];
}

/** What an operator has to decide before it can go on. */
function decision({ failure }: TaskSituation): Why[] {
  if (failure?.errorType === 'IN_DOUBT') return [{ why: 'decideInDoubt' }];
  return failure?.errorType === 'DRIFT' ? [{ why: 'decideDrift' }] : [];
}

/** What a task that is not under way waits for; what is looked at first is what holds it first. */
export function waitOf(task: TaskSituation): Wait {
  if (task.planStatus === 'READY') {
    if (task.startAt) return { wait: 'startsAt', at: task.startAt };
    return task.startBy ? { wait: 'startMissed', by: task.startBy } : { wait: 'notStarted' };
  }
  const back = task.request?.kind === 'rollback';
  if (task.stopped && !back) return { wait: 'stopped', reason: task.stopped.reason };
  if (task.planHalted && (!back || task.planHalted.rollbacks))
    return { wait: 'halted', reason: task.planHalted.reason };
  if (task.planLate && !back) return { wait: 'late', since: task.planLate };
  if (task.planIntent === 'pause' && !back) return { wait: 'planPaused' };
  if (task.status === 'PENDING' && task.wave > task.planWave) return waitForWave(task);
  if (task.request?.notBefore) return { wait: 'nextTry', at: task.request.notBefore };
  if (task.frozen && !back) return { wait: 'frozen', until: task.frozen.until, name: task.frozen.name };
  if (task.tenantHeldBy) return { wait: 'tenant', plan: task.tenantHeldBy };
  const place = task.status === 'PENDING' ? task.ahead + 1 : null;
  return task.occupied >= task.maxConcurrency
    ? { wait: 'slots', busy: task.occupied, of: task.maxConcurrency, place }
    : { wait: 'soon', place };
}

function waitForWave(task: TaskSituation): Wait {
  const { wave, lastWave, planWave, bakeUntil, waveGate, waveFailed } = task;
  const own = { wave: wave + 1, of: lastWave + 1 };
  if (bakeUntil && waveGate && wave === planWave + 1) {
    const { measured, of: measurements } = waveGate;
    return { wait: 'gate', ...own, before: planWave + 1, measured, measurements };
  }
  if (bakeUntil && wave === planWave + 1) return { wait: 'bake', ...own, at: bakeUntil };
  return waveFailed > 0
    ? { wait: 'failures', ...own, failed: waveFailed, before: planWave + 1 }
    : { wait: 'wave', ...own, before: planWave + 1 };
}

import type { EventKind } from '@/domain/events';

/** What a run tells of on its way: the task goes on, so that nothing else may start or settle because of it. */
const ON_THE_WAY: ReadonlySet<EventKind> = new Set<EventKind>([
  'TaskStarted',
  'TaskRetryStarted',
  'TaskRollingBack',
  'TaskRecovered',
  'TaskProgress',
  'StageStarted',
  'StageSucceeded',
  'StageFailed',
  'StageSkipped',
  'StageRollingBack',
  'StageRolledBack',
  'StageRollbackFailed',
  'StepStarted',
  'StepSucceeded',
  'StepFailed',
  'StepInDoubt',
  'StepRetrying',
  'ProbeResult',
]);

/** Whether what was stored may leave something to admit or to settle; most commits of a busy plan do not. */
export const leavesWork = (events: readonly { kind: EventKind }[]): boolean =>
  events.length === 0 || events.some(({ kind }) => !ON_THE_WAY.has(kind));

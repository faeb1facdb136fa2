import type { Logger } from 'pino';
import type { DomainEvent, EventKind } from '@/domain/events';
import type { StoredGroup } from './observe-commits';

/** What an operator looks for in a log; stages and steps are there at `debug`, the rest is in the event table alone. */
const LEVELS: Partial<Record<EventKind, 'debug' | 'info' | 'warn'>> = {
  PlanStarted: 'info',
  PlanPaused: 'info',
  PlanResumed: 'info',
  PlanCompleted: 'info',
  PlanPartiallyFailed: 'warn',
  PlanFailed: 'warn',
  PlanCancelled: 'info',
  PlanRollingBack: 'info',
  PlanRolledBack: 'info',
  PlanHalted: 'warn',
  PlanScheduled: 'info',
  PlanStartMissed: 'warn',
  DeadlinePassed: 'warn',
  WaveStarted: 'info',
  WaveFinished: 'info',
  TaskStarted: 'info',
  TaskPaused: 'info',
  TaskResumed: 'info',
  TaskCompleted: 'info',
  TaskFailed: 'warn',
  TaskCancelled: 'info',
  TaskRetryStarted: 'info',
  TaskRollingBack: 'info',
  TaskRolledBack: 'info',
  TaskRollbackFailed: 'warn',
  TaskRecovered: 'warn',
  StageStarted: 'debug',
  StageSucceeded: 'debug',
  StageFailed: 'warn',
  StageSkipped: 'debug',
  StageRollingBack: 'debug',
  StageRolledBack: 'debug',
  StageRollbackFailed: 'warn',
  StepStarted: 'debug',
  StepSucceeded: 'debug',
  StepFailed: 'warn',
  StepInDoubt: 'warn',
};

/** Writes a line for what this process stored of plans, tasks, stages and steps. Messages hold no secret: they are the events'. */
export function logEvents(log: Logger): (groups: readonly StoredGroup[]) => void {
  return (groups) => {
    for (const { planId, task, events } of groups) {
      for (const event of events) {
        const level = LEVELS[event.kind];
        if (!level || !log.isLevelEnabled(level)) continue;
        log[level](
          { planId, ...task, ...stageOf(event), kind: event.kind, actor: event.actor },
          event.message,
        );
      }
    }
  };
}

function stageOf({ payload }: DomainEvent): { stageName?: string } {
  if ('stage' in payload) return { stageName: payload.stage };
  return 'failedStage' in payload ? { stageName: payload.failedStage } : {};
}

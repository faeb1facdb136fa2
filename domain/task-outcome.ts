import type { DomainEvent, EventKind, EventPayloads } from './events';
import { occupiesSlot, percentDone, type TaskState, type TaskStatus } from './task';
import type { Moved } from './task-input';

/** Who acts when nobody asked: the executor itself. */
export const EXECUTOR = 'executor';
/** Who acts when a policy that the operator chose asked. */
export const POLICY = 'policy';

export function event<K extends EventKind>(
  kind: K,
  status: TaskStatus,
  actor: string,
  at: Date,
  message: string,
  payload: EventPayloads[K],
): DomainEvent {
  return { kind, status, actor, at, message, payload } as DomainEvent;
}

export function moved<K extends EventKind>(
  task: TaskState,
  change: Partial<TaskState>,
  now: Date,
  actor: string,
  kind: K,
  message: string,
  payload: EventPayloads[K],
): { ok: true } & Moved {
  const state = { ...task, ...change };
  if (occupiesSlot(state.status) !== occupiesSlot(task.status))
    state.worked = occupiesSlot(state.status)
      ? { ...task.worked, since: now.toISOString() }
      : { millis: workedUntil(task, now), since: null };
  // What was given is for the stage that waits for it.
  if (state.heldBy !== 'approval') state.approval = null;
  return { ok: true, state, events: [event(kind, state.status, actor, now, message, payload)] };
}

export function progress(task: TaskState, now: Date): DomainEvent {
  const percent = percentDone(task);
  return event('TaskProgress', task.status, EXECUTOR, now, `${percent}%`, {
    currentStage: task.currentStage,
    completedStages: task.stageIndex,
    totalStages: task.stages.length,
    percent,
  });
}

/** Appends what a following step of the same transition produced. */
export function followedBy(first: Moved, second: Moved) {
  return { ok: true as const, state: second.state, events: [...first.events, ...second.events] };
}

export function ended(task: TaskState, now: Date) {
  return { endedAt: now, durationMillis: workedUntil(task, now), heldBy: null };
}

/** How long the task was worked on so far, in milliseconds. */
export function workedUntil({ worked: { millis, since } }: Pick<TaskState, 'worked'>, now: Date): number {
  return millis + millisSince(since === null ? null : new Date(since), now);
}

export function finishRetry(outcome: Moved, word: string, now: Date) {
  const { retry } = outcome.state;
  if (!retry) return { ok: true as const, ...outcome };
  return {
    ok: true as const,
    state: { ...outcome.state, retry: null },
    events: [
      ...outcome.events,
      event('TaskRetryCompleted', outcome.state.status, EXECUTOR, now, `Retry ${word}`, {
        fromCheckpoint: retry.fromCheckpoint,
        outcome: word,
      }),
    ],
  };
}

export function millisSince(start: Date | null, now: Date): number {
  return start ? Math.max(0, now.getTime() - start.getTime()) : 0;
}

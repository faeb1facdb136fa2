import type { DomainEvent, EventKind, EventPayloads } from './events';
import type { PlanFacts, PlanState, PlanStatus, TaskCounts } from './plan';
import { type Rejection, reject } from './rejection';

export interface PlanTransitionContext {
  plan: PlanState;
  counts: TaskCounts;
  /** Absent: a plan without waves and policies of its own. */
  facts?: PlanFacts | undefined;
}

export type PlanTransition =
  | { ok: true; state: PlanState; events: DomainEvent[] }
  | { ok: false; rejection: Rejection };

const STATUS_WORDS: Record<PlanStatus, string> = {
  CREATED: 'not validated yet',
  VALIDATING: 'being validated',
  READY: 'ready and not started',
  RUNNING: 'running',
  PAUSED: 'paused',
  COMPLETED: 'completed',
  PARTIAL_FAILED: 'finished with failures',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  ROLLING_BACK: 'rolling back',
  ROLLED_BACK: 'rolled back',
};

export function notAllowed(status: PlanStatus, verb: string) {
  return reject('NOT_ALLOWED_IN_STATE', `This plan is ${STATUS_WORDS[status]}; it cannot be ${verb}.`);
}

export function moved<K extends EventKind>(
  plan: PlanState,
  change: Partial<PlanState>,
  now: Date,
  actor: string,
  kind: K,
  message: string,
  payload: EventPayloads[K],
): { ok: true; state: PlanState; events: DomainEvent[] } {
  const state = { ...plan, ...change };
  const event = { kind, status: state.status, actor, at: now, message, payload } as DomainEvent;
  return { ok: true, state, events: [event] };
}

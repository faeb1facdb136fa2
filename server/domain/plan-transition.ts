import type { DomainEvent, EventKind, EventPayloads } from './events';
import { isOpen, isSettled, type PlanState, type PlanStatus, planStatus, type TaskCounts } from './plan';
import { type Rejection, reject } from './rejection';

export const MAX_CONCURRENCY_LIMIT = 1000;

/** Everything that can happen to a plan. `counts` are read in the same statement as the plan. */
export type PlanInput =
  | { type: 'validate'; actor: string; tasks: number }
  | { type: 'validationPassed'; actor: string; valid: number; invalid: number }
  | { type: 'validationFailed'; actor: string; reason: string }
  | { type: 'start'; actor: string }
  | { type: 'pause'; actor: string; reason: string | null }
  | { type: 'resume'; actor: string; reason: string | null }
  | { type: 'cancel'; actor: string; reason: string | null }
  | { type: 'rollback'; actor: string; reason: string | null }
  | { type: 'setConcurrency'; actor: string; value: number }
  | { type: 'reopen'; actor: string }
  | { type: 'settle' };

export type PlanCommand = 'start' | 'pause' | 'resume' | 'cancel' | 'rollback' | 'setConcurrency';

export interface PlanTransitionContext {
  plan: PlanState;
  counts: TaskCounts;
}

export type PlanTransition =
  | { ok: true; state: PlanState; events: DomainEvent[] }
  | { ok: false; rejection: Rejection };

/** Plan machine: pure, `now` is database time; a refusal changes nothing and says why. */
export function transitionPlan(context: PlanTransitionContext, input: PlanInput, now: Date): PlanTransition {
  const { plan, counts } = context;
  switch (input.type) {
    case 'validate':
      if (plan.status !== 'CREATED') return notAllowed(plan.status, 'validated');
      return moved(
        plan,
        { status: 'VALIDATING' },
        now,
        input.actor,
        'PlanCreated',
        `Plan created with ${input.tasks} tasks`,
        {
          tasks: input.tasks,
        },
      );
    case 'validationPassed':
      if (plan.status !== 'VALIDATING') return notAllowed(plan.status, 'made ready');
      return moved(
        plan,
        { status: 'READY' },
        now,
        input.actor,
        'PlanValidated',
        `Ready: ${input.valid} tenants, ${input.invalid} left out`,
        {
          valid: input.valid,
          invalid: input.invalid,
        },
      );
    case 'validationFailed':
      if (plan.status !== 'VALIDATING') return notAllowed(plan.status, 'refused');
      return moved(plan, { status: 'FAILED', endedAt: now }, now, input.actor, 'PlanFailed', input.reason, {
        reason: input.reason,
      });
    case 'start':
      if (plan.status !== 'READY') return notAllowed(plan.status, 'started');
      return moved(
        plan,
        { status: 'RUNNING', startedAt: now },
        now,
        input.actor,
        'PlanStarted',
        `Started by ${input.actor}`,
        {},
      );
    case 'pause':
      return pause(context, input, now);
    case 'resume':
      return resume(context, input, now);
    case 'cancel':
      return cancel(context, input, now);
    case 'rollback':
      return rollback(context, input, now);
    case 'setConcurrency':
      if (isSettled(plan.status)) return notAllowed(plan.status, 'given another concurrency');
      if (!Number.isInteger(input.value) || input.value < 1 || input.value > MAX_CONCURRENCY_LIMIT) {
        return reject(
          'OUT_OF_RANGE',
          `Concurrency must be a whole number from 1 to ${MAX_CONCURRENCY_LIMIT}.`,
        );
      }
      if (input.value === plan.maxConcurrency)
        return reject('NOTHING_TO_DO', `Concurrency is ${input.value} already.`);
      return moved(
        plan,
        { maxConcurrency: input.value },
        now,
        input.actor,
        'ConcurrencyChanged',
        `Concurrency ${plan.maxConcurrency} → ${input.value}`,
        {
          from: plan.maxConcurrency,
          to: input.value,
        },
      );
    case 'reopen':
      if (!isSettled(plan.status) || plan.startedAt === null) return { ok: true, state: plan, events: [] };
      return moved(
        plan,
        { status: 'RUNNING', intent: 'none', intentBy: null, endedAt: null },
        now,
        input.actor,
        'PlanResumed',
        `Opened again by ${input.actor}`,
        { by: input.actor },
      );
    case 'settle':
      return settle(plan, counts, now);
  }
}

/** Whether an operator may give this command now; null when allowed, else the reason to show. */
export function whyNotPlan(context: PlanTransitionContext, command: PlanCommand): Rejection | null {
  const asked = {
    type: command,
    actor: '',
    reason: null,
    value: context.plan.maxConcurrency === 1 ? 2 : 1,
  } as PlanInput;
  const outcome = transitionPlan(context, asked, new Date(0));
  return outcome.ok ? null : outcome.rejection;
}

type Asked = { actor: string; reason: string | null };

function pause({ plan, counts }: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  if (!isOpen(plan.status)) return notAllowed(plan.status, 'paused');
  if (plan.halted) return reject('ALREADY_REQUESTED', 'Admission is halted already.');
  if (plan.intent === 'pause')
    return reject('ALREADY_REQUESTED', `A pause is already requested by ${plan.intentBy}.`);
  if (plan.intent === 'cancel') return reject('PLAN_CANCELLING', 'The plan is being cancelled.');
  if (plan.intent === 'rollback') {
    // The intent must survive, so a rollback is held by a halt: nothing more is taken in, what runs goes on.
    const halted = { by: input.actor, reason: input.reason ?? 'Rollback halted', at: now.toISOString() };
    return moved(plan, { halted }, now, input.actor, 'PlanHalted', `Rollback halted by ${input.actor}`, {
      by: input.actor,
      reason: halted.reason,
    });
  }
  return intended(plan, counts, 'pause', 'PauseRequested', input, now);
}

function resume({ plan, counts }: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  if (plan.halted) {
    return moved(
      plan,
      { halted: null },
      now,
      input.actor,
      'PlanResumed',
      `Admission goes on, by ${input.actor}`,
      { by: input.actor },
    );
  }
  if (plan.intent !== 'pause' || isSettled(plan.status))
    return reject('NOTHING_TO_DO', 'The plan is not paused.');
  const status = planStatus('none', counts);
  return moved(
    plan,
    { intent: 'none', intentBy: null, status },
    now,
    input.actor,
    'PlanResumed',
    `Resumed by ${input.actor}`,
    { by: input.actor },
  );
}

function cancel({ plan, counts }: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  if (plan.status === 'READY') {
    return moved(
      plan,
      { status: 'CANCELLED', intent: 'cancel', intentBy: input.actor, endedAt: now },
      now,
      input.actor,
      'PlanCancelled',
      `Cancelled by ${input.actor} before it started`,
      {
        cancelled: counts.byStatus.PENDING,
      },
    );
  }
  if (!isOpen(plan.status)) return notAllowed(plan.status, 'cancelled');
  if (plan.intent === 'cancel')
    return reject('ALREADY_REQUESTED', `Cancelling is already requested by ${plan.intentBy}.`);
  if (plan.intent === 'rollback') return reject('PLAN_ROLLING_BACK', 'The plan is being rolled back.');
  return intended({ ...plan, halted: null }, counts, 'cancel', 'CancelRequested', input, now);
}

function rollback({ plan, counts }: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  if (plan.startedAt === null)
    return reject('PLAN_NOT_STARTED', 'The plan has not started, so there is nothing to roll back.');
  if (plan.intent === 'rollback' && isOpen(plan.status)) {
    return reject('ALREADY_REQUESTED', `A rollback is already requested by ${plan.intentBy}.`);
  }
  if (counts.startedNotRolledBack === 0)
    return reject('NOTHING_TO_ROLL_BACK', 'No task has anything to roll back.');
  return moved(
    plan,
    { status: 'ROLLING_BACK', intent: 'rollback', intentBy: input.actor, halted: null, endedAt: null },
    now,
    input.actor,
    'PlanRollingBack',
    `Rollback requested by ${input.actor}`,
    { by: input.actor, reason: input.reason },
  );
}

/** Records an intent and, when nothing has to be waited for, the status that follows from it, in one go. */
function intended(
  plan: PlanState,
  counts: TaskCounts,
  intent: 'pause' | 'cancel',
  kind: 'PauseRequested' | 'CancelRequested',
  input: Asked,
  now: Date,
): PlanTransition {
  const word = intent === 'pause' ? 'Pause' : 'Cancelling';
  const asked = moved(
    plan,
    { intent, intentBy: input.actor },
    now,
    input.actor,
    kind,
    `${word} requested by ${input.actor}`,
    {
      by: input.actor,
      reason: input.reason,
    },
  );
  const next = settle(asked.state, counts, now);
  return next.ok ? { ok: true, state: next.state, events: [...asked.events, ...next.events] } : asked;
}

/** Brings the status up to what tasks and intent say. Unchanged: no event. */
function settle(
  plan: PlanState,
  counts: TaskCounts,
  now: Date,
): { ok: true; state: PlanState; events: DomainEvent[] } {
  if (plan.startedAt === null) return { ok: true, state: plan, events: [] };
  const status = planStatus(plan.intent, counts);
  if (status === plan.status) return { ok: true, state: plan, events: [] };
  const change = { status, endedAt: isSettled(status) ? now : null };
  const { byStatus } = counts;
  const failed = byStatus.FAILED + byStatus.ROLLBACK_FAILED;
  const by = plan.intentBy;
  switch (status) {
    case 'PAUSED':
      return moved(plan, change, now, 'executor', 'PlanPaused', 'Paused: nothing runs', { by });
    case 'ROLLING_BACK':
      return moved(plan, change, now, 'executor', 'PlanRollingBack', 'Rolling back', {
        by: by ?? 'executor',
        reason: null,
      });
    case 'COMPLETED':
      return moved(plan, change, now, 'executor', 'PlanCompleted', `${byStatus.COMPLETED} tasks completed`, {
        completed: byStatus.COMPLETED,
      });
    case 'PARTIAL_FAILED':
      return moved(
        plan,
        change,
        now,
        'executor',
        'PlanPartiallyFailed',
        `${failed} failed, ${byStatus.COMPLETED} completed`,
        {
          failed,
          completed: byStatus.COMPLETED,
        },
      );
    case 'CANCELLED':
      return moved(plan, change, now, 'executor', 'PlanCancelled', `${byStatus.CANCELLED} tasks cancelled`, {
        cancelled: byStatus.CANCELLED,
      });
    case 'ROLLED_BACK':
      return moved(
        plan,
        change,
        now,
        'executor',
        'PlanRolledBack',
        `${byStatus.ROLLED_BACK} tasks rolled back`,
        { rolledBack: byStatus.ROLLED_BACK },
      );
    case 'FAILED': {
      const reason =
        plan.intent === 'rollback'
          ? 'Not every started task could be rolled back.'
          : 'Closed with tasks that did not complete.';
      return moved(plan, change, now, 'executor', 'PlanFailed', reason, { reason });
    }
    default:
      return moved(plan, change, now, 'executor', 'PlanResumed', 'Running again', { by });
  }
}

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

function notAllowed(status: PlanStatus, verb: string) {
  return reject('NOT_ALLOWED_IN_STATE', `This plan is ${STATUS_WORDS[status]}; it cannot be ${verb}.`);
}

function moved<K extends EventKind>(
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

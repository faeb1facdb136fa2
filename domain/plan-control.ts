import type { DomainEvent, TenantLeft } from './events';
import { isOpen, isSettled, PLAIN_FACTS, type PlanState, planStatus } from './plan';
import { moved, notAllowed, type PlanTransition, type PlanTransitionContext } from './plan-outcome';
import { groupsOf, summarise } from './plan-words';
import { reject } from './rejection';

export type Asked = { actor: string; reason: string | null; now?: boolean | undefined };

/** It abandons what is under way, so it is on record with its reason. */
const NOW_NEEDS_REASON = 'Give a reason for not waiting until the stages that run have ended.';

export function pause(context: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  const { plan } = context;
  if (!isOpen(plan.status)) return notAllowed(plan.status, 'paused');
  if (plan.halted) return reject('ALREADY_REQUESTED', 'Admission is halted already.');
  if (plan.intent === 'pause')
    return reject('ALREADY_REQUESTED', `A pause is already requested by ${plan.intentBy}.`);
  if (plan.intent === 'cancel') return reject('PLAN_CANCELLING', 'The plan is being cancelled.');
  if (plan.intent === 'rollback') {
    // The intent must survive, so a rollback is held by a halt: nothing more is taken in, what runs goes on.
    const reason = input.reason ?? 'Rollback halted';
    const halted = { by: input.actor, reason, at: now.toISOString(), rollbacks: true as const };
    return moved(plan, { halted }, now, input.actor, 'PlanHalted', `Rollback halted by ${input.actor}`, {
      by: input.actor,
      reason: halted.reason,
    });
  }
  return intended(context, 'pause', 'PauseRequested', input, now);
}

export function resume(context: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  const { plan, counts } = context;
  if (plan.halted) {
    return moved(
      plan,
      // The thresholds count afresh, and a gate measures anew.
      { halted: null, countingSince: now, gate: measuredAnew(plan) },
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
  const resumed = moved(
    plan,
    // The last task may have come to rest since the status was brought up to date: that end is written as any other.
    {
      ...{ intent: 'none', intentBy: null, status: isSettled(status) ? 'RUNNING' : status },
      gate: measuredAnew(plan),
    },
    now,
    input.actor,
    'PlanResumed',
    `Resumed by ${input.actor}`,
    { by: input.actor },
  );
  const next = settle({ ...context, plan: resumed.state }, now);
  return { ok: true, state: next.state, events: [...resumed.events, ...next.events] };
}

/** What was measured of the present wave before it was held back counts no more; of an earlier one it is shown still. */
const measuredAnew = ({ gate, wave }: PlanState) => (gate?.wave === wave ? null : gate);

export function cancel(context: PlanTransitionContext, input: Asked, now: Date): PlanTransition {
  const { plan, counts } = context;
  if (plan.status === 'READY') {
    return moved(
      plan,
      { status: 'CANCELLED', intent: 'cancel', intentBy: input.actor, endedAt: now },
      now,
      input.actor,
      'PlanCancelled',
      `Cancelled by ${input.actor} before it started`,
      { cancelled: counts.byStatus.PENDING },
    );
  }
  if (!isOpen(plan.status)) return notAllowed(plan.status, 'cancelled');
  if (input.now && !input.reason) return reject('REASON_NEEDED', NOW_NEEDS_REASON);
  if (plan.intent === 'cancel' && !hurries(plan, input))
    return reject('ALREADY_REQUESTED', `Cancelling is already requested by ${plan.intentBy}.`);
  if (plan.intent === 'rollback') return reject('PLAN_ROLLING_BACK', 'The plan is being rolled back.');
  return intended({ ...context, plan: { ...plan, halted: null } }, 'cancel', 'CancelRequested', input, now);
}

/** The same again says more when it no longer wants to wait. */
const hurries = ({ urgent }: PlanState, input: Asked) => input.now === true && urgent === null;

export function rollback(
  { plan, counts }: PlanTransitionContext,
  input: Asked & { toVersion?: string | undefined },
  now: Date,
): PlanTransition {
  if (plan.startedAt === null)
    return reject('PLAN_NOT_STARTED', 'The plan has not started, so there is nothing to roll back.');
  if (input.now && !input.reason) return reject('REASON_NEEDED', NOW_NEEDS_REASON);
  if (plan.intent === 'rollback' && isOpen(plan.status) && !hurries(plan, input)) {
    return reject('ALREADY_REQUESTED', `A rollback is already requested by ${plan.intentBy}.`);
  }
  // One whose rollback is under way is not able to go back: the plan that hurries has it all the same.
  const able = input.toVersion === undefined ? counts.ableToGoBack : counts.startedNotRolledBack;
  if (able === 0 && plan.intent !== 'rollback')
    return reject('NOTHING_TO_ROLL_BACK', 'No task has an earlier configuration to go back to.');
  if (able === 0 && !isOpen(plan.status))
    return reject('NOTHING_TO_ROLL_BACK', 'No task has anything left to roll back.');
  // Who only hurries on means the version that was chosen.
  const chosen = plan.intent === 'rollback' && isOpen(plan.status) ? plan.rollbackTo : null;
  return moved(
    plan,
    {
      status: 'ROLLING_BACK',
      intent: 'rollback',
      intentBy: input.actor,
      urgent: input.now ? input.reason : null,
      rollbackTo: input.toVersion ?? chosen,
      halted: null,
      // What was cleared is not computed anew from failures of before.
      countingSince: now,
      endedAt: null,
    },
    now,
    input.actor,
    'PlanRollingBack',
    `Rollback requested by ${input.actor}`,
    { by: input.actor, reason: input.reason },
  );
}

/** Records an intent and, when nothing has to be waited for, the status that follows from it, in one go. */
function intended(
  context: PlanTransitionContext,
  intent: 'pause' | 'cancel',
  kind: 'PauseRequested' | 'CancelRequested',
  input: Asked,
  now: Date,
): PlanTransition {
  const word = intent === 'pause' ? 'Pause' : 'Cancelling';
  const asked = moved(
    context.plan,
    { intent, intentBy: input.actor, urgent: intent === 'cancel' && input.now ? input.reason : null },
    now,
    input.actor,
    kind,
    `${word} requested by ${input.actor}`,
    { by: input.actor, reason: input.reason },
  );
  const next = settle({ ...context, plan: asked.state }, now);
  return next.ok ? { ok: true, state: next.state, events: [...asked.events, ...next.events] } : asked;
}

/** Brings the status up to what tasks and intent say. Unchanged: no event. */
export function settle(
  { plan, counts, facts = PLAIN_FACTS }: PlanTransitionContext,
  now: Date,
  /** Who was found to have left the version, when the plan was looked at once more. */
  left: readonly TenantLeft[] = [],
): { ok: true; state: PlanState; events: DomainEvent[] } {
  if (plan.startedAt === null) return { ok: true, state: plan, events: [] };
  const status = planStatus(plan.intent, counts, facts.policies.completion);
  if (status === plan.status) return { ok: true, state: plan, events: [] };
  const change = { status, endedAt: isSettled(status) ? now : null };
  const { byStatus } = counts;
  const { headline, failed } = summarise({ status, intent: plan.intent, stages: 0 }, groupsOf(counts));
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
      return moved(plan, change, now, 'executor', 'PlanCompleted', `${headline}${leftWords(left)}`, {
        completed: byStatus.COMPLETED,
        ...(left.length > 0 ? { left: left.slice(0, MOST_TOLD) } : {}),
      });
    case 'PARTIAL_FAILED':
      return moved(plan, change, now, 'executor', 'PlanPartiallyFailed', headline, {
        failed,
        completed: byStatus.COMPLETED,
      });
    case 'CANCELLED':
      return moved(plan, change, now, 'executor', 'PlanCancelled', headline, {
        cancelled: byStatus.CANCELLED,
      });
    case 'ROLLED_BACK':
      return moved(plan, change, now, 'executor', 'PlanRolledBack', headline, {
        rolledBack: byStatus.ROLLED_BACK,
      });
    case 'FAILED': {
      const reason =
        plan.intent === 'rollback'
          ? `Not every task came back: ${counts.startedNotRolledBack} still have what was sent to them.`
          : `Closed by ${by ?? 'the system'} with tasks that did not complete.`;
      return moved(plan, change, now, by ?? 'executor', 'PlanFailed', reason, { reason });
    }
    default:
      return moved(plan, change, now, 'executor', 'PlanResumed', 'Running again', { by });
  }
}

/** So many are named in an event; the number tells of the others. */
const MOST_TOLD = 100;
const NAMED = 5;

/** Who was found to run something else since. */
function leftWords(left: readonly TenantLeft[]): string {
  if (left.length === 0) return '';
  const names = left.slice(0, NAMED).map(({ tenantId, detail }) => `${tenantId} (${detail})`);
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  return `; ${left.length} left the version since: ${names.join(', ')}${more}. Reconcile them to send it again.`;
}

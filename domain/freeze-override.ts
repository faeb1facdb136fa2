import {
  type ApprovalRule,
  type Approver,
  type FreezeOverride,
  isFourEyes,
  stillNeeded,
  whyNotApprove,
} from './approval';
import { type ActiveFreeze, activeFreezes, type Freeze } from './freeze';
import { isOpen, type PlanState } from './plan';
import { moved, notAllowed, type PlanTransition } from './plan-outcome';
import { type Rejection, reject } from './rejection';

/** Where nothing is set: an administrator, who may be the one who asks. */
export const USUAL_OVERRIDE: ApprovalRule = { needs: 1, role: 'admin', notMaker: false };

/** So far ahead an override may reach. What is meant for longer is a change of the freeze. */
export const MOST_OVERRIDE_DAYS = 31;

export type OverrideStands = 'none' | 'waits' | 'holds' | 'over';

/** How an override stands at a moment of the database's time. */
export function overrideStands(override: FreezeOverride | null, now: Date): OverrideStands {
  if (!override) return 'none';
  if (new Date(override.until) <= now) return 'over';
  return stillNeeded(override) > 0 ? 'waits' : 'holds';
}

/** Until when freezes do not hold the plan: ISO 8601; null where they do. */
export const overriddenUntil = (override: FreezeOverride | null, now: Date): string | null =>
  overrideStands(override, now) === 'holds' ? (override?.until ?? null) : null;

/** The freezes that hold a plan now, which were not to hold it until then: the one place that says what an override does. */
export const freezesBeside = (
  overridden: string | null,
  freezes: readonly Freeze[],
  now: Date,
): ActiveFreeze[] => (overridden === null ? activeFreezes(freezes, now) : []);

/** The same of a plan with its override, whether that is granted or not. */
export const freezesFor = (
  override: FreezeOverride | null,
  freezes: readonly Freeze[],
  now: Date,
): ActiveFreeze[] => freezesBeside(overriddenUntil(override, now), freezes, now);

/** How long an override lasts of which nobody said until when: as long as these, which hold now (ISO 8601); null without any. */
export function usualEnd(holding: readonly { until: string }[], now: Date): Date | null {
  if (holding.length === 0) return null;
  const last = Math.max(...holding.map(({ until }) => Date.parse(until)));
  return new Date(Math.min(last, furthest(now)));
}

const furthest = (now: Date) => now.getTime() + MOST_OVERRIDE_DAYS * 86_400_000;

/** Somebody asks that freezes do not hold the plan; where they may grant it alone, they have. */
export function askOverride(
  plan: PlanState,
  input: {
    actor: string;
    reason: string | null;
    /** Null where nobody said it, and no freeze does. */
    until: Date | null;
    rule: ApprovalRule;
    approver: Approver;
  },
  now: Date,
): PlanTransition {
  const refused = whyNotOverridden(plan);
  if (refused) return { ok: false, rejection: refused };
  const stands = overrideStands(plan.freezeOverride, now);
  if (stands === 'holds')
    return reject('NOTHING_TO_DO', 'Freezes are overridden for this plan already. Withdraw that first.');
  if (stands === 'waits')
    return reject('ALREADY_REQUESTED', 'An override was asked for already. Withdraw it to ask anew.');
  const { actor, reason, until, rule, approver } = input;
  if (reason === null)
    return reject('REASON_NEEDED', 'Say why this plan cannot wait for the end of the freeze.');
  if (until === null)
    return reject(
      'OUT_OF_RANGE',
      'No freeze holds this plan now. Say until when those that come are not to hold it.',
    );
  if (until <= now) return reject('OUT_OF_RANGE', 'The end lies in the past. Choose a later one.');
  if (until.getTime() > furthest(now))
    return reject('OUT_OF_RANGE', `An override lasts ${MOST_OVERRIDE_DAYS} days at most.`);
  const at = now.toISOString();
  const alone = !isFourEyes(rule) && whyNotApprove({ ...rule, given: [] }, approver) === null;
  const given = alone ? [{ id: approver.id, by: actor, at }] : [];
  const override: FreezeOverride = {
    ...rule,
    ...{ by: actor, id: approver.id, reason, at, until: until.toISOString(), given },
  };
  const change = { freezeOverride: override };
  const { needs } = rule;
  if (alone)
    return moved(
      plan,
      change,
      now,
      actor,
      'FreezeOverrideGranted',
      `Freezes do not hold this plan until ${override.until}, granted by ${actor}: ${reason}`,
      { by: actor, until: override.until, reason, given: 1, needs },
    );
  return moved(
    plan,
    change,
    now,
    actor,
    'FreezeOverrideAsked',
    `${actor} asked that freezes do not hold this plan until ${override.until}: ${reason}`,
    { by: actor, until: override.until, reason, needs },
  );
}

/** One of those who have to grant an override does. `askedAt` names the one they looked at, by when it was asked for. */
export function approveOverride(
  plan: PlanState,
  input: { actor: string; reason: string | null; approver: Approver; askedAt?: string | undefined },
  now: Date,
): PlanTransition {
  const refused = whyNotOverridden(plan);
  if (refused) return { ok: false, rejection: refused };
  const override = plan.freezeOverride;
  const stands = overrideStands(override, now);
  if (!override || stands === 'none')
    return reject('NOTHING_TO_DO', 'Nobody asked for an override of freezes, or it was withdrawn.');
  if (input.askedAt !== undefined && new Date(input.askedAt).getTime() !== new Date(override.at).getTime())
    return reject('CHANGED_MEANWHILE', 'Another override was asked for since. Look at it first.');
  if (stands === 'over')
    return reject('OUT_OF_RANGE', 'The override was asked for until a time that has passed. Ask anew.');
  if (stands === 'holds') return reject('NOTHING_TO_DO', 'The override is granted already.');
  const rejection = whyNotGrant(override, input.approver);
  if (rejection) return { ok: false, rejection };
  const { needs, until } = override;
  const given = [...override.given, { id: input.approver.id, by: input.actor, at: now.toISOString() }];
  const because = input.reason ? `: ${input.reason}` : '';
  const change = { freezeOverride: { ...override, given } };
  if (given.length < needs)
    return moved(
      plan,
      change,
      now,
      input.actor,
      'FreezeOverrideApproved',
      `The override of freezes was approved by ${input.actor}, ${given.length} of ${needs}${because}`,
      { by: input.actor, given: given.length, needs },
    );
  return moved(
    plan,
    change,
    now,
    input.actor,
    'FreezeOverrideGranted',
    `Freezes do not hold this plan until ${until}, granted by ${given.map(({ by }) => by).join(', ')}: ${override.reason}`,
    { by: input.actor, until, reason: override.reason, given: given.length, needs },
  );
}

/** Freezes hold again, or nobody is waited for any more. Who is against it does this as well. */
export function withdrawOverride(
  plan: PlanState,
  { actor, reason }: { actor: string; reason: string | null },
  now: Date,
): PlanTransition {
  const stands = overrideStands(plan.freezeOverride, now);
  if (stands === 'none' || stands === 'over')
    return reject('NOTHING_TO_DO', 'There is no override of freezes to withdraw.');
  const because = reason ? `: ${reason}` : '';
  const message =
    stands === 'holds'
      ? `Freezes hold this plan again: the override was withdrawn by ${actor}${because}`
      : `The override of freezes that was asked for was withdrawn by ${actor}${because}`;
  return moved(plan, { freezeOverride: null }, now, actor, 'FreezeOverrideWithdrawn', message, {
    by: actor,
    reason,
    granted: stands === 'holds',
  });
}

/** Why this one's approval of an override does not count; null when it does. Who asked is kept out like who made the plan. */
export function whyNotGrant(
  override: Pick<FreezeOverride, keyof ApprovalRule | 'given' | 'by' | 'id'>,
  approver: Approver,
): Rejection | null {
  const asked = override.id === approver.id || approver.names.includes(override.by);
  const refused = whyNotApprove(override, approver);
  if (refused || !override.notMaker || !asked) return refused;
  return {
    code: 'NOT_AN_APPROVER',
    message: 'You asked for this override: somebody else has to approve it.',
  };
}

/** Why freezes do not matter to a plan as it is; null where they do. */
function whyNotOverridden(plan: PlanState): Rejection | null {
  if (plan.status !== 'READY' && !isOpen(plan.status))
    return notAllowed(plan.status, 'given an override of freezes').rejection;
  if (plan.intent === 'rollback' || plan.intent === 'cancel')
    return {
      code: 'NOTHING_TO_DO',
      message: 'Nothing of this plan goes forward any more, and no freeze holds up the way back.',
    };
  return null;
}

import { type ApprovalRule, type Approver, type StartApproval, stillNeeded, whyNotApprove } from './approval';
import type { PlanState } from './plan';
import { moved, notAllowed, type PlanTransition } from './plan-outcome';

type MovedPlan = Extract<PlanTransition, { ok: true }>;

import { reject } from './rejection';

/** Which plans people approve before they start, and what is asked of those people. */
export interface StartProtection extends ApprovalRule {
  /** Those of more tenants than this; null: however many there are. */
  overTenants: number | null;
  /** Those with a tenant that has one of these labels. */
  labels: readonly { label: string; equals: string }[];
}

/** What a plan of these tenants has to wait for before it starts; null when for nothing. */
export function startApprovalFor(
  protection: StartProtection | null,
  tenants: readonly Readonly<Record<string, string>>[],
): StartApproval | null {
  if (!protection) return null;
  const { overTenants, labels, ...rule } = protection;
  const protectedBy = labels.find(({ label, equals }) =>
    tenants.some((labelsOf) => labelsOf[label] === equals),
  );
  if (protectedBy) return { ...rule, because: protectedBy, given: [] };
  if (overTenants === null || tenants.length <= overTenants) return null;
  return { ...rule, because: { overTenants }, given: [] };
}

/** Puts on record that people are waited for, where they are. */
export function askForApproval(ready: MovedPlan, actor: string, now: Date): MovedPlan {
  const { startApproval } = ready.state;
  const unapproved = whyNotApproved(ready.state);
  if (!startApproval || unapproved === null) return ready;
  const { needs, because } = startApproval;
  const asked = moved(ready.state, {}, now, actor, 'StartApprovalNeeded', unapproved, { needs, because });
  return { ...asked, events: [...ready.events, ...asked.events] };
}

/** Why the plan may not start yet, in words; null when nobody is waited for. */
export function whyNotApproved({ startApproval }: Pick<PlanState, 'startApproval'>): string | null {
  if (!startApproval || stillNeeded(startApproval) === 0) return null;
  const { needs, given } = startApproval;
  return `Its start waits for approval: ${given.length} of ${needs} so far.`;
}

/** One of those who have to approve its start does. */
export function approveStart(
  plan: PlanState,
  input: { actor: string; reason: string | null; approver: Approver },
  now: Date,
): PlanTransition {
  const { startApproval } = plan;
  if (plan.status !== 'READY') return notAllowed(plan.status, 'approved');
  if (!startApproval) return reject('NOTHING_TO_DO', 'Its start needs no approval.');
  if (stillNeeded(startApproval) === 0) return reject('NOTHING_TO_DO', 'Its start is approved already.');
  const refusal = whyNotApprove(startApproval, input.approver);
  if (refusal) return { ok: false, rejection: refusal };
  const { needs } = startApproval;
  const given = [...startApproval.given, { id: input.approver.id, by: input.actor, at: now.toISOString() }];
  const because = input.reason ? `: ${input.reason}` : '';
  return moved(
    plan,
    { startApproval: { ...startApproval, given } },
    now,
    input.actor,
    'StartApproved',
    `Its start was approved by ${input.actor}, ${given.length} of ${needs}${because}`,
    { by: input.actor, given: given.length, needs },
  );
}

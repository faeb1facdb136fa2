import { z } from 'zod';
import type { Database } from '@/db/client';
import { countApprovers } from '@/db/queries/approvers';
import { type ApprovalRule, openApproval, whyNobodyFulfils } from '@/domain/approval';
import { isApproval, type PlaybookDefinition } from '@/domain/playbook';
import type { SignInWays } from '@/server/auth/principal';
import { InvalidInput } from '@/server/input/refused';
import { approvalGroup } from '@/server/steps/approval';

/** What is asked of those who approve something, as an administrator says it. */
export const approvalRule = z.strictObject({
  needs: z.number().int().min(1).max(10).default(1),
  role: z.enum(['operator', 'admin']).default('operator'),
  notMaker: z.boolean().default(true),
  group: approvalGroup.optional(),
});

const NO_PROVIDER =
  'names a group, and people are in groups only where they come by single sign-on: nobody could ever approve this. Set up a provider, or leave the group out.';

/** Throws for a rule with a group where there is no provider that could say who is in it. */
export function refuseGroupOfNobody(
  { singleSignOn }: SignInWays,
  rule: Pick<ApprovalRule, 'group'> | null,
  field: string,
): void {
  if (singleSignOn === null && rule?.group !== undefined)
    throw new InvalidInput(field, `${field}: ${NO_PROVIDER}`);
}

/** The approvals of a playbook that name a group where there is no provider, each with its place. */
export function groupsOfNobody(
  { singleSignOn }: SignInWays,
  { stages }: PlaybookDefinition,
): { path: (string | number)[]; message: string }[] {
  if (singleSignOn !== null) return [];
  return stages.flatMap(({ steps }, stage) =>
    steps.flatMap((step, index) =>
      step.type === 'approval' && step.group !== undefined
        ? [{ path: ['stages', stage, 'steps', index, 'group'], message: NO_PROVIDER }]
        : [],
    ),
  );
}

/** Something to know about what was saved all the same; `field` says where it stands. */
export interface Warning {
  field: string;
  message: string;
}

/** That a rule was saved which nobody can fulfil now. */
export async function warningsOf(db: Database, rule: ApprovalRule | null, field: string): Promise<Warning[]> {
  const message = rule && whyNobodyFulfils(rule, await countApprovers(db, rule));
  return message ? [{ field, message }] : [];
}

/** The same of every approval in a playbook. */
export async function warningsOfPlaybook(
  db: Database,
  { stages }: PlaybookDefinition,
  field: string,
): Promise<Warning[]> {
  const found: Warning[] = [];
  // Many stages ask the same people.
  const known = new Map<string, Promise<number>>();
  const count = (rule: ApprovalRule) => {
    const key = JSON.stringify([rule.role, rule.group]);
    const people = known.get(key) ?? countApprovers(db, rule);
    known.set(key, people);
    return people;
  };
  for (const [index, stage] of stages.entries()) {
    const [step] = stage.steps;
    if (!step || !isApproval(stage)) continue;
    const rule = openApproval(step, new Date(0));
    const message = whyNobodyFulfils(rule, await count(rule));
    if (message) found.push({ field: `${field}.stages.${index}.steps.0.needs`, message });
  }
  return found;
}

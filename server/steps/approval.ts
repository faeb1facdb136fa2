import { z } from 'zod';
import { isFourEyes } from '@/domain/approval';
import { defineStep } from './step';

/** A group of the provider that people sign in at, as it is called there. */
export const approvalGroup = z.string().trim().min(1, 'is empty: name a group, or leave it out').max(256);

const fields = z.strictObject({
  /** What the operator should look at before deciding. */
  instructions: z.string().trim().min(1, 'are missing: say what to look at').max(2000),
  /** Who is meant to decide, in words. */
  approvers: z.string().trim().max(200).optional(),
  /** How many different people have to approve. */
  needs: z.number().int().min(1).max(10).default(1),
  /** The least role that counts. */
  role: z.enum(['operator', 'admin']).default('operator'),
  /** It takes somebody else than who made the plan. */
  notMaker: z.boolean().default(false),
  /** Only who is in this group at the provider of sign-ins counts. */
  group: approvalGroup.optional(),
  /** How long there is to decide. */
  withinMinutes: z.number().int().min(1).max(43_200).optional(),
  /** What happens when nobody decided in that time. */
  otherwise: z.enum(['reject', 'approve']).default('reject'),
});

const settings = fields.superRefine(({ otherwise, withinMinutes, ...rule }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['otherwise'], message });
  if (otherwise === 'reject') return;
  if (withinMinutes === undefined) refuse('needs withinMinutes: say until when somebody may decide');
  else if (isFourEyes(rule) || rule.role === 'admin')
    refuse('cannot be approve here: where it matters who approves, silence is no approval');
});

/** Holds the task until an operator decides; the executor does that, so the step itself never runs. */
export const approval = defineStep('approval', settings, async () => {
  throw new Error('An approval is decided by an operator and never run.');
});

import { z } from 'zod';
import { isFourEyes } from '@/domain/approval';
import type { Condition } from '@/domain/condition';
import { TemplateError } from '@/domain/template';
import { ofValues } from './condition-settings';
import { judgedOfValues } from './judge-condition';
import { scopeFor } from './request-scope';
import { defineStep } from './step';
import { textsIn } from './step-templates';
import type { StepResult, TaskRuntimeContext } from './task-runtime-context';

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
  /** Asked only where this holds of what earlier stages took. */
  when: ofValues('is asked where there is no answer: only "value" can be looked at').optional(),
});

const settings = fields.superRefine(({ otherwise, withinMinutes, ...rule }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['otherwise'], message });
  if (otherwise === 'reject') return;
  if (withinMinutes === undefined) refuse('needs withinMinutes: say until when somebody may decide');
  else if (isFourEyes(rule) || rule.role === 'admin')
    refuse('cannot be approve here: where it matters who approves, silence is no approval');
});

/**
 * Holds the task until an operator decides, which the executor does. Only one under a condition is run at all: to say
 * whether anybody is asked. Somebody is where that cannot be told.
 */
export const approval = defineStep('approval', settings, run, {
  templates: ({ when }) => textsIn(when, ['when']),
});

async function run({ when }: z.output<typeof settings>, context: TaskRuntimeContext): Promise<StepResult> {
  const why = when ? await whyNotAsked(when, context) : null;
  return why === null
    ? { ok: true, detail: '', calls: [], asks: true }
    : { ok: true, detail: `nobody is asked: ${why}`, calls: [], confirms: false };
}

/** Null where somebody is asked. */
async function whyNotAsked(when: Condition, context: TaskRuntimeContext): Promise<string | null> {
  try {
    const scope = scopeFor(context, context.config.endpoints[0] ?? null);
    const { holds, why } = await judgedOfValues(when, scope);
    return holds === false ? why : null;
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

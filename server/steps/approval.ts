import { z } from 'zod';
import { defineStep } from './step';

const settings = z.strictObject({
  /** What the operator should look at before deciding. */
  instructions: z.string().trim().min(1, 'are missing: say what to look at').max(2000),
  /** Who is meant to decide, in words. */
  approvers: z.string().trim().max(200).optional(),
});

/** Holds the task until an operator decides; the executor does that, so the step itself never runs. */
export const approval = defineStep('approval', settings, async () => {
  throw new Error('An approval is decided by an operator and never run.');
});

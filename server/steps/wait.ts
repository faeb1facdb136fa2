import { z } from 'zod';
import { defineStep } from './step';
import type { StepResult, TaskRuntimeContext } from './task-runtime-context';

const LOOK_EVERY_MILLIS = 2000;

const settings = z.strictObject({
  seconds: z.number().min(0).max(604_800),
  /** The target needs it to settle: it counts on the way back as well, which a bake does not. */
  settle: z.boolean().default(false),
});

/** Lets what was switched bake. Counts from when it was first announced, so a recovery does not start it over. */
export const wait = defineStep('wait', settings, run);

async function run({ seconds }: z.infer<typeof settings>, context: TaskRuntimeContext): Promise<StepResult> {
  const since = context.since.getTime();
  const end = since + seconds * 1000;
  for (;;) {
    const left = end - context.now().getTime();
    if (left <= 0) return { ok: true, detail: `Waited ${seconds} s`, calls: [] };
    const { cancel, rollback } = await context.requested();
    if (cancel || rollback) {
      const waited = Math.max(0, Math.round((context.now().getTime() - since) / 1000));
      const why = rollback ? 'a rollback' : 'a cancel';
      return { ok: true, detail: `Ended after ${waited} of ${seconds} s: ${why} was requested`, calls: [] };
    }
    await context.delay(Math.min(left, LOOK_EVERY_MILLIS));
  }
}

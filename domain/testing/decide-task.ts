import type { ErrorType, Failure } from '@/domain/failure';
import { DEFAULT_POLICIES, type PolicyChoice } from '@/domain/policies/choice';
import type { RuntimeFlags, TaskState } from '@/domain/task';
import { type TaskInput, transitionTask } from '@/domain/task-transition';
import { contextOf, FAILURE, NOW } from '@/domain/testing-states';

export const admit: TaskInput = { type: 'admit' };
export const AUTOMATIC: PolicyChoice = { rollback: { kind: 'automatic' } };

export const failure = (errorType: ErrorType, change: Partial<Failure> = {}): Failure => ({
  ...FAILURE,
  errorType,
  ...change,
});
export const fails = (of: Failure = FAILURE): TaskInput => ({
  type: 'stageFailed',
  stage: 'Reload',
  failure: of,
});

/** What the machine answers at {@link NOW}, with the default policies but for these. */
export function decide(
  task: TaskState,
  input: TaskInput,
  policies: PolicyChoice = {},
  flags: Partial<RuntimeFlags> = {},
) {
  const context = contextOf(task, {
    policies: { ...DEFAULT_POLICIES, ...policies } as RuntimeFlags['policies'],
    ...flags,
  });
  return transitionTask(context, input, NOW);
}

/** The same where it must grant; throws why it does not. */
export function granted(...asked: Parameters<typeof decide>) {
  const outcome = decide(...asked);
  if (!outcome.ok) throw new Error(outcome.rejection.message);
  return { ...outcome, kinds: outcome.events.map((event) => event.kind) };
}

/** The code of its refusal, or `granted`. */
export function refusal(task: TaskState, input: TaskInput, flags: Partial<RuntimeFlags> = {}): string {
  const outcome = decide(task, input, {}, flags);
  return outcome.ok ? 'granted' : outcome.rejection.code;
}

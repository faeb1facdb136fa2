import type { TaskState } from '@/domain/task';
import type { TaskInput, TaskInputType, TaskMachine } from '@/domain/task-transition';
import { transitionTask } from '@/domain/task-transition';
import type { Commit, CommitResult, TaskChange } from '@/server/commands/commit';
import type { Commits } from '../model/connections';

/** A statement that is given another commit than was sent. */
export const sending =
  (change: (commit: Commit) => Commit) =>
  (real: Commits): Commits =>
  (rows, commit, commitId) =>
    real(rows, change(commit), commitId);

/** The same for each change to a task. */
export const sendingTasks = (change: (task: TaskChange) => TaskChange) =>
  sending((commit) => ({ ...commit, tasks: commit.tasks.map(change) }));

/** Leaves fields out of a change. */
export function without<K extends keyof TaskChange>(change: TaskChange, ...keys: K[]): TaskChange {
  const left = { ...change };
  for (const key of keys) delete left[key];
  return left;
}

/** The real machine, whose answer to some input is changed. */
export const answering =
  (
    types: readonly TaskInputType[],
    change: (before: TaskState, after: TaskState, input: TaskInput) => TaskState,
  ): TaskMachine =>
  (context, input, now) => {
    const outcome = transitionTask(context, input, now);
    if (!outcome.ok || !types.includes(input.type)) return outcome;
    return { ...outcome, state: change(context.task, outcome.state, input) };
  };

/** Whether a result refused anything. */
export const refusesSome = (result: CommitResult) => Object.values(result.tasks).some((one) => !one.ok);

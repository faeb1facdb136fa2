import type { Commit, CommitResult } from './commit';

/** A commit that somebody waits for. */
export interface Waiting {
  commit: Commit;
  commitId: string;
  resolve(result: CommitResult): void;
  reject(error: unknown): void;
}

/** Changes of tasks that stand for themselves; an entry of the plan only says what their choice knew. */
export const shares = ({ atomic, audit, bulk, create, plans }: Commit): boolean =>
  !(
    atomic ||
    audit ||
    bulk ||
    create ||
    plans.some(({ state, events, driver, rests }) => state || events.length || driver || rests)
  );

/** What can share a statement, in its order; no task and no entry of a plan twice. What stands alone comes alone. */
export function takeBatch<One extends Waiting>(
  queue: readonly One[],
  most: number,
): { batch: One[]; rest: One[] } {
  const batch: One[] = [];
  const later: One[] = [];
  const taken = new Set<string>();
  for (const [index, waiting] of queue.entries()) {
    const alone = !shares(waiting.commit);
    if (alone && batch.length === 0 && later.length === 0) return { batch: [waiting], rest: queue.slice(1) };
    // What stands alone also stays behind what came before it.
    if (alone || taken.size >= most) return { batch, rest: [...later, ...queue.slice(index)] };
    const names = namesOf(waiting.commit);
    if (names.some((name) => taken.has(name))) later.push(waiting);
    else {
      for (const name of names) taken.add(name);
      batch.push(waiting);
    }
  }
  return { batch, rest: later };
}

const namesOf = ({ plans, tasks }: Commit): string[] => [
  ...tasks.map(({ taskId }) => taskId),
  ...plans.map(({ planId }) => planId),
];

/** One commit of many that share; each change keeps the id it is found again by. */
export const together = (batch: readonly Waiting[]): Commit => ({
  atomic: false,
  plans: batch.flatMap(({ commit }) => commit.plans),
  tasks: batch.flatMap(({ commit, commitId }) => commit.tasks.map((task) => ({ ...task, commitId }))),
});

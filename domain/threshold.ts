/** No plan has more tasks that could fail. */
export const MOST_FAILURES = 100_000;

/** When admission halts by itself. Each is optional; the first that is reached halts. */
export interface Thresholds {
  /** So many tasks failed. */
  failedCount?: number | undefined;
  /** Such a share of the plan's tasks failed, in percent. */
  failedPercent?: number | undefined;
  /** So many tasks failed one after the other. */
  consecutive?: number | undefined;
  /** So many tasks failed in the same step with the same error. */
  sameError?: number | undefined;
}

/** A task that came to an end since the count began; `failure` is null when it completed. Newest first. */
export interface Finished {
  failure: { stage: string; step: string | null; code: string } | null;
}

export interface ReachedThreshold {
  threshold: keyof Thresholds;
  /** For the operator: which one, and by what. */
  reason: string;
}

/**
 * The first threshold that is reached, or null. A failure counts when no retry by policy follows; a task that was
 * rolled back because it failed counts as failed. `total` is the number of the plan's tasks that take part.
 */
export function reachedThreshold(
  thresholds: Thresholds,
  finished: readonly Finished[],
  total: number,
): ReachedThreshold | null {
  const failures = finished.flatMap(({ failure }) => failure ?? []);
  const failed = failures.length;
  const { failedCount, failedPercent, consecutive, sameError } = thresholds;
  if (failedCount !== undefined && failed >= failedCount)
    return { threshold: 'failedCount', reason: `${tasks(failed)} failed (threshold: ${failedCount}).` };
  if (failedPercent !== undefined && failed > 0 && failed * 100 >= failedPercent * total) {
    return {
      threshold: 'failedPercent',
      reason: `${tasks(failed)} of ${total} failed (threshold: ${failedPercent} %).`,
    };
  }
  const inARow = finished.findIndex(({ failure }) => failure === null);
  const trailing = inARow === -1 ? failed : inARow;
  if (consecutive !== undefined && trailing >= consecutive)
    return {
      threshold: 'consecutive',
      reason: `${tasks(trailing)} failed in a row (threshold: ${consecutive}).`,
    };
  if (sameError !== undefined) {
    for (const [what, count] of countBy(failures)) {
      if (count >= sameError)
        return {
          threshold: 'sameError',
          reason: `${tasks(count)} failed with the same error, ${what} (threshold: ${sameError}).`,
        };
    }
  }
  return null;
}

const tasks = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;

function countBy(failures: readonly NonNullable<Finished['failure']>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { stage, step, code } of failures) {
    const what = `${code} in ${step ?? stage}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}

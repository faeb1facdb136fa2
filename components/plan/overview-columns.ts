import type { TaskStatus } from '@/domain/task';

/** What a pixel column of the overview shows when several lanes share it: the last of these that one of them has. */
export const OVERVIEW_RANKS = [
  'CREATED',
  'VALIDATING',
  'PENDING',
  'CANCELLED',
  'COMPLETED',
  'ROLLED_BACK',
  'RUNNING',
  'ROLLING_BACK',
  'PAUSED',
  'VALIDATION_FAILED',
  'FAILED',
  'ROLLBACK_FAILED',
] as const satisfies TaskStatus[];

const RANK = Object.fromEntries(OVERVIEW_RANKS.map((status, rank) => [status, rank + 1])) as Record<
  TaskStatus,
  number
>;

/** Lanes at least so wide have a pixel between them. */
const ROOMY = 4;

/** A code for each pixel column: 0 for a gap, 1 and more is a place in the ranks. `statuses` in the order of the lanes. */
export function overviewColumns(statuses: readonly TaskStatus[], width: number): Uint8Array {
  const columns = new Uint8Array(width);
  const { length } = statuses;
  if (length === 0) return columns;
  const each = width / length;
  for (let column = 0; column < width; column += 1) {
    const first = Math.floor(column / each);
    const last = Math.max(first, Math.ceil((column + 1) / each) - 1);
    if (each >= ROOMY && Math.floor((column + 1) / each) > first) continue;
    let most = 0;
    for (let lane = first; lane <= last && lane < length; lane += 1) {
      const status = statuses[lane];
      if (status) most = Math.max(most, RANK[status]);
    }
    columns[column] = most;
  }
  return columns;
}

/** The stretches of columns that are others than before, each of one code: what has to be painted. */
export function changedRuns(
  before: Uint8Array | null,
  after: Uint8Array,
): { from: number; to: number; code: number }[] {
  const runs: { from: number; to: number; code: number }[] = [];
  for (let column = 0; column < after.length; column += 1) {
    const code = after[column] ?? 0;
    if (before && before[column] === code) continue;
    const last = runs.at(-1);
    if (last && last.to === column && last.code === code) last.to = column + 1;
    else runs.push({ from: column, to: column + 1, code });
  }
  return runs;
}

import { expect, it } from 'vitest';
import { TASK_STATUSES, type TaskStatus } from '@/domain/task';
import { changedRuns, OVERVIEW_RANKS, overviewColumns } from './overview-columns';

const codeOf = (status: TaskStatus) => OVERVIEW_RANKS.indexOf(status as never) + 1;
const done = codeOf('COMPLETED');
const failed = codeOf('FAILED');

it('knows every status', () => {
  expect([...OVERVIEW_RANKS].sort()).toEqual([...TASK_STATUSES].sort());
});

it('gives few lanes room, with a gap between them', () => {
  expect([...overviewColumns(['FAILED', 'COMPLETED'], 10)]).toEqual([
    ...[failed, failed, failed, failed, 0],
    ...[done, done, done, done, 0],
  ]);
});

it('shows one failure among ten thousand', () => {
  const statuses = Array.from({ length: 10_000 }, (): TaskStatus => 'COMPLETED');
  statuses[7_777] = 'FAILED';
  const columns = overviewColumns(statuses, 900);
  expect(columns.indexOf(failed)).toBe(Math.floor(7_777 * 0.09));
  // A lane across the edge of two columns shows in both.
  expect(columns.filter((code) => code === failed).length).toBeLessThanOrEqual(2);
  expect(columns.every((code) => code > 0)).toBe(true);
});

it('leaves nothing out when lanes and columns do not fit', () => {
  for (const width of [7, 33, 100, 999]) {
    const statuses = Array.from({ length: 100 }, (): TaskStatus => 'PENDING');
    for (let lane = 0; lane < 100; lane += 1) {
      statuses[lane] = 'FAILED';
      expect([...overviewColumns(statuses, width)]).toContain(failed);
      statuses[lane] = 'PENDING';
    }
  }
});

it('paints what is another than before, and everything at first', () => {
  const before = Uint8Array.from([1, 1, 2, 2, 3]);
  const after = Uint8Array.from([1, 4, 4, 2, 1]);
  expect(changedRuns(before, after)).toEqual([
    { from: 1, to: 3, code: 4 },
    { from: 4, to: 5, code: 1 },
  ]);
  expect(changedRuns(null, before)).toHaveLength(3);
});

import { expect, it } from 'vitest';
import type { Beat } from '@/db/testing/beats';
import type { CommittedEvent } from './check/history';
import type { ChaosDatabase } from './nodes/database';
import { type Cause, Takeovers } from './takeovers';

const event = (kind: string, second: number, status = 'RUNNING', actor = 'executor') =>
  ({ taskId: 'PLN-1.1', kind, status, actor, at: new Date(second * 1000) }) as unknown as CommittedEvent;

/** The task was orphaned at second 100; `others` are when further nodes died or froze, with nothing to do. */
async function measured(
  events: CommittedEvent[],
  others: number[] = [],
  beats: Beat[] | null = null,
  noted: (takeovers: Takeovers) => void = () => {},
) {
  let tasks: { taskId: string }[] = [{ taskId: 'PLN-1.1' }];
  const database = { patiently: async () => tasks } as unknown as ChaosDatabase;
  const takeovers = new Takeovers(database);
  takeovers.note(1, 100_000, 'freeze');
  await takeovers.measure([]);
  tasks = [];
  for (const second of others) takeovers.note(2, second * 1000, 'kill');
  noted(takeovers);
  const told = await takeovers.measure(events, beats);
  return told.map(({ seconds, lived, successorsLost }) => [
    seconds,
    successorsLost,
    ...(beats ? [lived] : []),
  ]);
}

it('counts from the end of the node to the recovery', async () => {
  expect(await measured([event('StageStarted', 99), event('TaskRecovered', 112)])).toEqual([[12, 0]]);
});

it('does not count a task that came to rest with its node’s last words, or whose node went on', async () => {
  expect(await measured([event('TaskCompleted', 100.1, 'COMPLETED'), event('TaskRecovered', 300)])).toEqual(
    [],
  );
  expect(await measured([event('StepSucceeded', 115), event('TaskRecovered', 300)])).toEqual([]);
  expect(await measured([])).toEqual([]);
});

it('lets operators ask in between', async () => {
  expect(
    await measured([event('PauseRequested', 105, 'RUNNING', 'op'), event('TaskRecovered', 111)]),
  ).toEqual([[11, 0]]);
});

it('counts from the end of a successor only when it was too slow, and that end can explain it', async () => {
  expect(await measured([event('TaskRecovered', 114)], [109])).toEqual([[14, 0]]);
  expect(await measured([event('TaskRecovered', 122)], [120])).toEqual([[2, 1]]);
  expect(await measured([event('TaskRecovered', 122)], [104])).toEqual([[22, 0]]);
  const frozenToo = (at: number) => (takeovers: Takeovers) => takeovers.noteCutOff(at * 1000);
  expect(await measured([event('TaskRecovered', 122)], [], null, frozenToo(110))).toEqual([[12, 1]]);
  expect(await measured([event('TaskRecovered', 122)], [], null, frozenToo(116))).toEqual([[22, 0]]);
});

it('holds what follows a kill to the shorter limit, unless the database was in trouble', async () => {
  const limitOf = async (cause: Cause, noted: (takeovers: Takeovers) => void = () => {}) => {
    const database = { patiently: async () => [{ taskId: 'PLN-1.1' }] } as unknown as ChaosDatabase;
    const takeovers = new Takeovers(database);
    takeovers.note(1, 100_000, cause);
    noted(takeovers);
    return (await takeovers.measure([event('TaskRecovered', 102)])).map(({ limit }) => limit);
  };
  expect(await limitOf('kill')).toEqual([3]);
  expect(await limitOf('freeze')).toEqual([15]);
  expect(await limitOf('kill', (one) => one.noteTrouble(90_000, 101_000))).toEqual([15]);
  expect(await limitOf('kill', (one) => one.noteTrouble(90_000, 99_000))).toEqual([3]);
  expect(await limitOf('kill', (one) => one.noteLocked('PLN-1', 101_000, 109_000))).toEqual([]);
  expect(await limitOf('kill', (one) => one.noteLocked('PLN-10', 101_000, 109_000))).toEqual([3]);
});

it('counts what the others lived when the machine stood still, and no more than the seconds', async () => {
  const beat = (nodeId: string, second: number) => ({ nodeId, at: new Date(second * 1000) });
  const recovered = [event('TaskRecovered', 140)];
  const slow = [
    beat('a', 99),
    beat('a', 101),
    beat('a', 120),
    beat('b', 121),
    beat('a', 139),
    beat('a', 141),
  ];
  expect(await measured(recovered, [], slow)).toEqual([[40, 0, 3]]);
  const many = Array.from({ length: 60 }, (_, index) => beat('a', 100 + index / 2));
  expect(await measured(recovered, [], many)).toEqual([[40, 0, 40]]);
});

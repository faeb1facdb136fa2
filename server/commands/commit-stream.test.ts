import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommitBatches, type Part } from './commit-batches';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const part = (...taskIds: string[]): Part => {
  const planId = taskIds[0]?.split('.')[0] ?? '';
  return { planId, tasks: taskIds.map((taskId) => ({ taskId, planId, tenantId: taskId, events: [] })) };
};

/** A choice of tasks that start. */
const choice = (...taskIds: string[]): Part => {
  const { planId, tasks } = part(...taskIds);
  return { planId, tasks, plan: { planId, events: [], served: true } };
};

/** A database whose statements the test answers, one by one. */
class Statements {
  readonly sent: { tasks: string[]; answer(result: string): void; fail(error: Error): void }[] = [];
  readonly batches = new CommitBatches<string>(
    (parts) =>
      new Promise((resolve, reject) => {
        const tasks = parts.flatMap((one) => one.tasks.map(({ taskId }) => taskId));
        this.sent.push({ tasks, answer: resolve, fail: reject });
      }),
    (error) => (error as Error).message === 'refused',
  );

  get tasks(): string[][] {
    return this.sent.map(({ tasks }) => tasks);
  }
}

describe('changes that come together', () => {
  it('share a statement; what comes while it is under way waits for the next one of its plan', async () => {
    const database = new Statements();
    const first = [database.batches.add(part('PLN-1.1')), database.batches.add(part('PLN-1.2'))];
    await nextTurn();
    const later = database.batches.add(part('PLN-1.3'));
    const others = Array.from({ length: 12 }, (_, index) => `PLN-2.${index}`);
    const other = Promise.all(others.map((taskId) => database.batches.add(part(taskId))));
    await nextTurn();
    expect(database.tasks).toEqual([['PLN-1.1', 'PLN-1.2'], others]);
    database.sent[1]?.answer('two');
    expect(new Set(await other)).toEqual(new Set(['two']));
    database.sent[0]?.answer('one');
    expect(await Promise.all(first)).toEqual(['one', 'one']);
    await nextTurn();
    expect(database.tasks[2]).toEqual(['PLN-1.3']);
    database.sent[2]?.answer('three');
    expect(await later).toBe('three');
  });

  it('never hold one task twice', async () => {
    const database = new Statements();
    const both = [database.batches.add(part('PLN-1.1')), database.batches.add(part('PLN-1.1'))];
    await nextTurn();
    expect(database.tasks).toEqual([['PLN-1.1']]);
    database.sent[0]?.answer('first');
    await both[0];
    await nextTurn();
    database.sent[1]?.answer('second');
    expect(await Promise.all(both)).toEqual(['first', 'second']);
  });

  it('wait for a statement to end where they are too few for another', async () => {
    const database = new Statements();
    const few = (plan: number, count: number) =>
      Array.from({ length: count }, (_, index) => database.batches.add(part(`PLN-${plan}.${index}`)));
    const all = few(1, 1);
    await nextTurn();
    all.push(...few(2, 11));
    await nextTurn();
    expect(database.tasks).toEqual([['PLN-1.0']]);
    all.push(...few(3, 1));
    await nextTurn();
    expect(database.tasks[1]).toHaveLength(12);
    all.push(...few(4, 1));
    await nextTurn();
    expect(database.tasks).toHaveLength(2);
    database.sent[0]?.answer('one');
    database.sent[1]?.answer('two');
    await nextTurn();
    await nextTurn();
    expect(database.tasks[2]).toEqual(['PLN-4.0']);
    database.sent[2]?.answer('three');
    await Promise.all(all);
  });

  it('do not wait for a statement that hangs', async () => {
    const database = new Statements();
    const hangs = database.batches.add(part('PLN-1.1'));
    await nextTurn();
    const other = database.batches.add(part('PLN-2.1'));
    await nextTurn();
    expect(database.tasks).toHaveLength(1);
    vi.runOnlyPendingTimers();
    expect(database.tasks[1]).toEqual(['PLN-2.1']);
    database.sent[1]?.answer('two');
    expect(await other).toBe('two');
    database.sent[0]?.answer('one');
    await hangs;
  });

  it('are no more than a statement should carry, and every plan has its turn', async () => {
    const database = new Statements();
    const all = [1, 2].flatMap((plan) =>
      Array.from({ length: 40 }, (_, index) => database.batches.add(part(`PLN-${plan}.${index}`))),
    );
    await nextTurn();
    expect(database.tasks.map((tasks) => tasks.length)).toEqual([32, 32]);
    expect(new Set(database.tasks[1]?.map((task) => task.slice(0, 5)))).toEqual(new Set(['PLN-2']));
    for (let next = 0; next < 4; next += 1) {
      database.sent[next]?.answer('done');
      await nextTurn();
      await nextTurn();
    }
    await Promise.all(all);
  });
});

describe('the choice of what starts next', () => {
  it('is stored whole and in its order, with what came before it', async () => {
    const database = new Statements();
    const ids = Array.from({ length: 40 }, (_, index) => `PLN-1.${index + 2}`);
    const all = [part('PLN-1.1'), choice(...ids), part('PLN-1.99')].map((one) => database.batches.add(one));
    await nextTurn();
    expect(database.tasks).toEqual([['PLN-1.1', ...ids]]);
    database.sent[0]?.answer('first');
    expect(await Promise.all(all.slice(0, 2))).toEqual(['first', 'first']);
    await nextTurn();
    expect(database.tasks[1]).toEqual(['PLN-1.99']);
    database.sent[1]?.answer('second');
    await all[2];
  });

  it('never meets another of its plan in one statement, which knows one count of failures', async () => {
    const database = new Statements();
    const both = [choice('PLN-1.1'), choice('PLN-1.2')].map((one) => database.batches.add(one));
    const other = database.batches.add(choice('PLN-2.1'));
    await nextTurn();
    expect(database.tasks).toEqual([['PLN-1.1', 'PLN-2.1']]);
    database.sent[0]?.answer('first');
    await Promise.all([both[0], other]);
    await nextTurn();
    expect(database.tasks[1]).toEqual(['PLN-1.2']);
    database.sent[1]?.answer('second');
    expect(await both[1]).toBe('second');
  });
});

describe('a statement that fails', () => {
  it('is sent again change by change when the database refused it', async () => {
    const database = new Statements();
    const good = database.batches.add(part('PLN-1.1'));
    const bad = database.batches.add(part('PLN-1.2'));
    await nextTurn();
    database.sent[0]?.fail(new Error('refused'));
    await nextTurn();
    database.sent[1]?.answer('stored');
    expect(await good).toBe('stored');
    await nextTurn();
    database.sent[2]?.fail(new Error('refused'));
    await expect(bad).rejects.toThrow('refused');
    expect(database.tasks).toEqual([['PLN-1.1', 'PLN-1.2'], ['PLN-1.1'], ['PLN-1.2']]);
  });

  it('is not sent again when its answer was lost: each change is looked up by whoever made it', async () => {
    const database = new Statements();
    const all = [database.batches.add(part('PLN-1.1')), database.batches.add(part('PLN-1.2'))];
    await nextTurn();
    database.sent[0]?.fail(new Error('connection closed'));
    for (const one of all) await expect(one).rejects.toThrow('connection closed');
    await nextTurn();
    expect(database.tasks).toHaveLength(1);
  });
});

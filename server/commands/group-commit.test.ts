import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CommitResult } from './commit';
import type { Waiting } from './commit-batch';
import { GroupCommit, type Member } from './group-commit';
import { AnsweredStatements, coded } from './testing/answered-statements';

/** A plan that is driven here, with what it was told. */
class Plan implements Member {
  readonly gone = new AbortController();
  readonly alone: string[] = [];
  isFenced = false;

  constructor(
    readonly planId: string,
    readonly epoch: number,
  ) {}

  get signal(): AbortSignal {
    return this.gone.signal;
  }

  fenced(): void {
    this.isFenced = true;
  }

  storeAlone(waiting: readonly Waiting[]): void {
    for (const { commit, commitId, resolve } of waiting) {
      this.alone.push(...commit.tasks.map(({ taskId }) => taskId));
      resolve({ commitId, now: new Date(0), plans: {}, tasks: {} });
    }
  }
}

class Statements extends AnsweredStatements {
  readonly group = new GroupCommit(this, nextTurn);

  add(plan: Plan, ...taskIds: string[]): Promise<CommitResult> {
    const { planId } = plan;
    const tasks = taskIds.map((taskId) => ({ taskId, planId, tenantId: taskId, events: [] }));
    return new Promise((resolve, reject) => {
      const commit = { atomic: false, plans: [], tasks };
      this.group.add(plan, { commit, commitId: taskIds.join(), resolve, reject });
    });
  }

  get names(): string[][] {
    return this.sent.map(({ commit }) => commit.tasks.map(({ taskId }) => taskId));
  }
}

async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

const plans = () => [new Plan('PLN-1', 3), new Plan('PLN-2', 5)] as const;

describe('what plans store together', () => {
  it('is one statement at a time that names the epoch of each and waits for none of them', async () => {
    const database = new Statements();
    const [one, two] = plans();
    const all = [database.add(one, 'a'), database.add(two, 'b')];
    await turns();
    all.push(database.add(one, 'c'), database.add(two, 'd'));
    await turns();
    expect(database.names).toEqual([['a', 'b']]);
    expect(database.sent[0]?.commit).toMatchObject({ epochs: { 'PLN-1': 3, 'PLN-2': 5 }, skipLocked: true });
    database.sent[0]?.answer();
    await turns();
    expect(database.names[1]).toEqual(['c', 'd']);
    database.sent[1]?.answer();
    expect((await Promise.all(all)).map(({ commitId }) => commitId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves a plan that somebody holds to itself, and stores the rest', async () => {
    const database = new Statements();
    const [one, two] = plans();
    const all = [database.add(one, 'a', 'b'), database.add(two, 'c')];
    await turns();
    database.sent[0]?.answer({ locked: ['PLN-1'] });
    await Promise.all(all);
    expect([one.alone, two.alone]).toEqual([['a', 'b'], []]);
    await turns();
    expect(database.sent).toHaveLength(1);
  });

  it('tells the plan that somebody else drives, and no other', async () => {
    const database = new Statements();
    const [one, two] = plans();
    const all = [database.add(one, 'a'), database.add(two, 'b')];
    await turns();
    database.sent[0]?.answer({ fenced: ['PLN-2'] });
    await Promise.all(all);
    expect([one.isFenced, two.isFenced]).toEqual([false, true]);
  });

  it.each(['55P03', '57014', '22P05'])('is left to each plan by itself after %s', async (code) => {
    const database = new Statements();
    const [one, two] = plans();
    const all = [database.add(one, 'a'), database.add(two, 'b')];
    await turns();
    database.sent[0]?.fail(coded(code));
    await Promise.all(all);
    expect([one.alone, two.alone]).toEqual([['a'], ['b']]);
  });

  it('is looked up by whoever made it when no answer came', async () => {
    const database = new Statements();
    const [one, two] = plans();
    const all = [database.add(one, 'a'), database.add(two, 'b')];
    await turns();
    database.sent[0]?.fail(coded('CONNECTION_CLOSED'));
    for (const each of all) await expect(each).rejects.toThrow('CONNECTION_CLOSED');
    expect([one.alone, two.alone]).toEqual([[], []]);
  });

  it('holds nothing of a plan that is driven here no more', async () => {
    const database = new Statements();
    const [one, two] = plans();
    const first = database.add(two, 'a');
    await turns();
    const given = database.add(one, 'b');
    const second = database.add(two, 'c');
    one.gone.abort(new Error('gone'));
    database.sent[0]?.answer();
    await expect(given).rejects.toThrow('gone');
    await turns();
    expect(database.names[1]).toEqual(['c']);
    database.sent[1]?.answer();
    await Promise.all([first, second]);
  });

  it('goes on after a queue of which nothing was left to store', async () => {
    const database = new Statements();
    const [one, two] = plans();
    const given = database.add(one, 'a');
    one.gone.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    await turns();
    const next = database.add(two, 'b');
    await turns();
    database.sent[0]?.answer();
    expect((await next).commitId).toBe('b');
  });
});

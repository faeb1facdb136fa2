import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Commit, CommitResult } from './commit';
import type { Waiting } from './commit-batch';
import { CommitStream } from './commit-stream';
import type { GroupCommit, Member } from './group-commit';
import { AnsweredStatements, coded } from './testing/answered-statements';

const planId = 'PLN-1';
const tasks = (...taskIds: string[]): Commit => ({
  atomic: false,
  plans: [],
  tasks: taskIds.map((taskId) => ({ taskId, planId, tenantId: taskId, events: [] })),
});

/** A choice of tasks that start, which knows one count of failures. */
const choice = (...taskIds: string[]): Commit => ({
  ...tasks(...taskIds),
  plans: [{ planId, events: [], countedSeen: 0 }],
});

/** A change of the plan itself. */
const ofPlan: Commit = { atomic: true, plans: [{ planId, events: [], rests: true }], tasks: [] };

/** As where the plan is in trouble: what it stores comes back to be stored alone. */
const TOGETHER_NEVER = {
  add: (member: Member, waiting: Waiting) => member.storeAlone([waiting]),
} as unknown as GroupCommit;

class Statements extends AnsweredStatements {
  readonly gone = new AbortController();
  readonly troubles: (string | null)[] = [];
  fenced = 0;
  goOn = () => {};
  readonly stream = new CommitStream(this, TOGETHER_NEVER, {
    planId,
    epoch: 7,
    signal: this.gone.signal,
    trouble: (error) => void this.troubles.push(error === null ? null : (error as Error).message),
    fenced: () => {
      this.fenced += 1;
    },
    gather: nextTurn,
    pause: () =>
      new Promise((resolve, reject) => {
        this.goOn = resolve;
        this.gone.signal.addEventListener('abort', reject);
      }),
  });

  add(commit: Commit): Promise<CommitResult> {
    return this.stream.commitTransition(commit);
  }

  get names(): string[][] {
    return this.sent.map(({ commit }) => [
      ...commit.plans.map((plan) => plan.planId),
      ...commit.tasks.map(({ taskId }) => taskId),
    ]);
  }
}

async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

describe('what a driver stores', () => {
  it('promptly does not wait for what plans store together, and stays behind what is under way of the plan', async () => {
    const database = new Statements();
    const shared: Waiting[] = [];
    const { gone, stream } = database;
    const options = { planId, epoch: 7, signal: gone.signal, gather: nextTurn, pause: nextTurn };
    const group = { add: (_: Member, waiting: Waiting) => shared.push(waiting) } as unknown as GroupCommit;
    const sharing = new CommitStream(database, group, { ...options, trouble: () => {}, fenced: () => {} });
    void sharing.commitTransition(tasks('1'));
    const first = sharing.promptly.commitTransition(choice('2'));
    await turns();
    expect(shared).toHaveLength(1);
    expect(database.names).toEqual([[planId, '2']]);
    expect(database.sent[0]?.commit).toMatchObject({ epochs: { [planId]: 7 } });
    void sharing.promptly.commitTransition(tasks('3'));
    await turns();
    expect(database.names).toHaveLength(1);
    database.sent[0]?.answer();
    await first;
    await turns();
    expect(database.names).toEqual([[planId, '2'], ['3']]);
    expect(stream.promptly.wasCommitted).toBe(database.wasCommitted);
  });

  it('names its epoch and goes one statement at a time; what comes meanwhile is stored together', async () => {
    const database = new Statements();
    const all = [database.add(tasks('1')), database.add(tasks('2'))];
    await turns();
    all.push(database.add(tasks('3')), database.add(choice('4', '5')));
    await turns();
    expect(database.names).toEqual([['1', '2']]);
    database.sent[0]?.answer();
    await turns();
    expect(database.names[1]).toEqual([planId, '3', '4', '5']);
    expect(database.sent.map(({ commit }) => commit.epochs)).toEqual([{ [planId]: 7 }, { [planId]: 7 }]);
    database.sent[1]?.answer();
    await Promise.all(all);
  });

  it('has no task and no choice twice in one statement, and stays in its order around a change of the plan', async () => {
    const database = new Statements();
    const all = [tasks('1'), tasks('1'), choice('2'), choice('3'), ofPlan, tasks('9')].map((one) =>
      database.add(one),
    );
    for (const expected of [[planId, '1', '2'], [planId, '1', '3'], [planId], ['9']]) {
      await turns();
      expect(database.names.at(-1)).toEqual(expected);
      database.sent.at(-1)?.answer();
    }
    await Promise.all(all);
  });

  it('carries no more than a statement should', async () => {
    const database = new Statements();
    const all = Array.from({ length: 100 }, (_, index) => database.add(tasks(`${index}`)));
    await turns();
    expect(database.names[0]).toHaveLength(64);
    database.sent[0]?.answer();
    await turns();
    expect(database.names[1]).toHaveLength(36);
    database.sent[1]?.answer();
    await Promise.all(all);
  });

  it('is told once that somebody else drives the plan', async () => {
    const database = new Statements();
    const one = database.add(tasks('1'));
    await turns();
    database.sent[0]?.answer({ fenced: [planId] });
    expect((await one).fenced).toEqual([planId]);
    expect(database.fenced).toBe(1);
  });
});

describe('a statement that fails', () => {
  it('is sent again change by change when the database refused it', async () => {
    const database = new Statements();
    const good = database.add(tasks('1'));
    const bad = database.add(tasks('2'));
    bad.catch(() => {});
    await turns();
    database.sent[0]?.fail(coded('22P05'));
    await turns();
    database.sent[1]?.answer();
    await good;
    await turns();
    database.sent[2]?.fail(coded('22P05'));
    await expect(bad).rejects.toThrow('22P05');
    expect(database.names).toEqual([['1', '2'], ['1'], ['2']]);
  });

  it('is not sent again when its answer was lost: each change is looked up by whoever made it', async () => {
    const database = new Statements();
    const all = [database.add(tasks('1')), database.add(tasks('2'))];
    await turns();
    database.sent[0]?.fail(coded('CONNECTION_CLOSED'));
    for (const one of all) await expect(one).rejects.toThrow('CONNECTION_CLOSED');
    await turns();
    expect(database.sent).toHaveLength(1);
  });

  it.each(['55P03', '57014', '40P01'])(
    'by %s is sent again as it is, and told as trouble until it went',
    async (code) => {
      const database = new Statements();
      const both = [database.add(tasks('1')), database.add(tasks('2'))];
      await turns();
      database.sent[0]?.fail(coded(code));
      await turns();
      expect(database.names).toHaveLength(1);
      database.goOn();
      await turns();
      expect(database.names).toEqual([
        ['1', '2'],
        ['1', '2'],
      ]);
      expect(database.troubles).toEqual([code]);
      database.sent[1]?.answer();
      await Promise.all(both);
      expect(database.troubles).toEqual([code, null]);
    },
  );

  it('is given up when the plan is driven here no more', async () => {
    const database = new Statements();
    const one = database.add(tasks('1'));
    one.catch(() => {});
    await turns();
    database.sent[0]?.fail(coded('55P03'));
    await turns();
    database.gone.abort(new Error('gone'));
    await expect(one).rejects.toBeDefined();
    expect(database.sent).toHaveLength(1);
  });
});

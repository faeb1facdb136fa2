import { setTimeout as sleep } from 'node:timers/promises';
import { readHistory } from '@/chaos/read-history';
import type { Database } from '@/db/client';
import { type Committer, createCommitter } from '@/server/commands/commit-transition';
import type { CheckpointStore } from '@/server/executor/checkpoints/checkpoint-store';
import { dropLeakedData } from '@/server/executor/checkpoints/drop-leaked';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import type { Connections, Io, News } from '../io';
import type { Store } from '../simulate';
import type { WorldDatabase } from './database';

/** A commit waits a turn for others to share its statement. */
const TURNS = 4;
/** A wait for a moment of the database's clock is made of these: without them it would look thousands of times. */
const LONGEST_WAIT_MS = 10;

/** A store whose rows are those of a real database, reached by the real queries and the real statement. */
export function sqlStore(database: WorldDatabase): Store {
  const { db } = database;
  let stored = 0;
  let stopped = false;
  return {
    turns: TURNS,
    connect: (io, news) => connections(db, io, news, () => (stored += 1)),
    create: (world) => database.fill(world),
    executes: (nodeId, executing) => database.executes(nodeId, executing),
    millis: () => performance.now(),
    // Its clock goes by itself.
    pass: () => {},
    wait: async (millis) => {
      await sleep(Math.min(millis, LONGEST_WAIT_MS));
    },
    stored: () => stored,
    stop: (wanted) => {
      stopped = wanted;
      return database.stop(wanted);
    },
    dropLeakedData: async () => {
      await dropLeakedData(db, postgresCheckpoints(db));
    },
    history: async (targets, atRest) => {
      const history = await readHistory(db, targets.calls, atRest, targets.instances());
      // It is put down without an audit row; when it came is of no use where nobody knows when events were stored.
      const awake = new Map((await database.driving()).map((one) => [one.planId, one.awake]));
      const plans = history.plans.map((one) => ({ ...one, awake: awake.get(one.plan.planId) ?? false }));
      return { ...history, plans, stops: stopped ? [{ from: Number.POSITIVE_INFINITY, until: null }] : [] };
    },
  };
}

function connections(real: Database, io: Io, news: News, stored: () => void): Connections {
  const checkpoints = scheduledCheckpoints(postgresCheckpoints(real), io);
  const db = scheduled(real, io);
  const committer = createCommitter(db, ({ dropped, woken }) => {
    stored();
    if (woken.length > 0) news.woken(woken);
    // As in server/start.ts: what is not dropped now is found by the sweep.
    if (dropped.length > 0) void checkpoints.drop(dropped).catch(() => {});
  });
  const commitTransition: Committer['commitTransition'] = async (commit, commitId) => {
    const result = await committer.commitTransition(commit, commitId);
    if (result.fenced?.length) news.fenced();
    // Taking over and going to rest tell nothing; all the same something is stored.
    if (Object.keys(result.plans).length > 0) stored();
    return result;
  };
  return { db, committer: { ...committer, commitTransition }, checkpoints };
}

/** The database, whose every statement waits for its turn. */
function scheduled(real: Database, io: Io): Database {
  const unsafe = (text: string, ...rest: [never[], object]) =>
    io.perform(text.includes('commit_transition') ? 'commit' : 'read', async () =>
      real.$client.unsafe(text, ...rest),
    );
  const client = new Proxy(real.$client, {
    get: (target, key) => (key === 'unsafe' ? unsafe : Reflect.get(target, key)),
  });
  const execute = (query: Parameters<Database['execute']>[0]) =>
    io.perform('read', async () => real.execute(query));
  return new Proxy(real, {
    get: (target, key) => {
      if (key === 'execute') return execute;
      return key === '$client' ? client : Reflect.get(target, key);
    },
  });
}

function scheduledCheckpoints(real: CheckpointStore, io: Io): CheckpointStore {
  return {
    kind: real.kind,
    save: (key, data) => io.perform('save', () => real.save(key, data)),
    load: (keys) => io.perform('load', () => real.load(keys)),
    drop: (tasks) => io.perform('drop', () => real.drop(tasks)),
    taskIds: () => io.perform('read', () => real.taskIds()),
    close: async () => {},
  };
}

import type { SQL } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { Commit } from '@/server/commands/commit';
import type { Committer } from '@/server/commands/commit-transition';
import {
  type CheckpointKey,
  type CheckpointStore,
  keyText,
} from '@/server/executor/checkpoints/checkpoint-store';
import type { Connections, Io, News } from '../io';
import { type commitTransition, wasCommitted } from './commit';
import type { Rows } from './rows';

/** What stands where the code under test expects its database. */
export class ModelDatabase {
  constructor(
    readonly rows: Rows,
    readonly io: Io,
  ) {}

  /** The one statement that commands send by themselves: the first answer to a requestId. */
  async execute(query: SQL): Promise<unknown[]> {
    const requestId = query.queryChunks.find((chunk) => typeof chunk === 'string');
    const outcome = await this.io.perform('read', () => this.rows.audit.get(String(requestId)));
    return outcome ? [{ outcome }] : [];
  }
}

export const modelOf = (db: Database): ModelDatabase => db as unknown as ModelDatabase;

/** The statement that stores. */
export type Commits = typeof commitTransition;

export function modelConnections(rows: Rows, io: Io, commits: Commits, news: News): Connections {
  const checkpoints = modelCheckpoints(rows, io);
  return {
    db: new ModelDatabase(rows, io) as unknown as Database,
    committer: modelCommitter(rows, io, checkpoints, { commits, news }),
    checkpoints,
  };
}

function modelCommitter(
  rows: Rows,
  io: Io,
  checkpoints: CheckpointStore,
  { commits, news }: { commits: Commits; news: News },
): Committer {
  let sent = 0;
  return {
    async commitTransition(commit, given) {
      const commitId = given ?? `${io.actor.index}-${sent++}`;
      const result = await io.perform('commit', () => {
        const stored = commits(rows, commit, commitId);
        for (const planId of commit.epochs === undefined ? [] : Object.keys(stored.plans))
          rows.drove(planId, `process ${io.actor.index}`);
        if (stored.fenced?.length) news.fenced();
        return stored;
      });
      if (result.woken?.length) news.woken(result.woken);
      const dropped = droppedBy(commit, result.tasks);
      // As in server/start.ts: what is not dropped now is found by the sweep.
      if (dropped.length > 0) void checkpoints.drop(dropped).catch(() => {});
      return result;
    },
    wasCommitted: (taskId, commitId, after) =>
      io.perform('lookUp', () => wasCommitted(rows, taskId, commitId, after)),
  };
}

function droppedBy({ tasks }: Commit, results: Awaited<ReturnType<Committer['commitTransition']>>['tasks']) {
  return tasks.flatMap(({ taskId, dropsData }) => {
    const outcome = results[taskId];
    return dropsData && outcome?.ok ? [{ taskId, ...dropsData, epoch: outcome.epoch }] : [];
  });
}

function modelCheckpoints(rows: Rows, io: Io): CheckpointStore {
  const dropped = (key: CheckpointKey, tasks: Parameters<CheckpointStore['drop']>[0]) =>
    tasks.some(
      (task) => task.taskId === key.taskId && task.direction === key.direction && key.epoch <= task.epoch,
    );
  return {
    kind: 'memory',
    save: (key, data) => io.perform('save', () => void rows.checkpoints.set(keyText(key), { ...key, data })),
    load: (keys) =>
      io.perform('load', () => {
        const found = keys.flatMap((key) => rows.checkpoints.get(keyText(key)) ?? []);
        return new Map(found.map((row) => [keyText(row), row.data]));
      }),
    drop: (tasks) =>
      io.perform('drop', () => {
        for (const [text, row] of rows.checkpoints) if (dropped(row, tasks)) rows.checkpoints.delete(text);
      }),
    taskIds: () =>
      io.perform('read', () => [...new Set([...rows.checkpoints.values()].map((row) => row.taskId))]),
    close: async () => {},
  };
}

import { LEFTOVER_NAMES, removeLeftovers } from '@/db/queries/leftovers';
import { pastTasks, removeContents, removeOldEvents, removeSnapshots } from '@/db/queries/retention';
import { type AuditRetentionDeps, removeAuditDays } from './audit-retention';
import type { JobKind } from './jobs';

/** At once; each batch is a statement of its own, so that nothing else waits long. */
const BATCH = 5000;
/** A content has up to a megabyte; a snapshot is looked for among the tasks of its tenant. */
const SMALL_BATCH = 500;
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/** What the retention needs of where stages keep their data. */
interface StageData {
  taskIds(): Promise<string[]>;
  drop(tasks: readonly { taskId: string; direction: 'forward' | 'rollback'; epoch: number }[]): Promise<void>;
}

interface RetentionDeps extends AuditRetentionDeps {
  stageData: StageData;
  days: number;
  batch?: number;
}

/**
 * Every night: what ended longer ago than `days` keeps its summary, its tasks and what a rollback needs, and loses the rest;
 * of the audit log go days that are older than the settings say. docs/operations.md says of each table what goes when.
 */
export function retentionJob(deps: RetentionDeps): JobKind<object> {
  return {
    queue: 'retention',
    concurrency: 1,
    expireInSeconds: 60 * 60,
    cron: '17 3 * * *',
    run: async (_data, signal) => {
      const removed = await removeAll(deps, signal);
      if (Object.keys(removed).length > 0)
        deps.log.info({ ...removed, days: deps.days }, 'Removed what is older than the retention allows');
    },
  };
}

/** How much of each was removed; what was not is left out. */
async function removeAll(deps: RetentionDeps, signal: AbortSignal): Promise<Record<string, number>> {
  const { db, days, batch = BATCH } = deps;
  const small = Math.min(batch, SMALL_BATCH);
  const counts: Record<string, number> = {
    events: await whileThereIs(signal, () => removeOldEvents(db, days, batch)),
    stageData: await dropPastData(deps, small, signal),
    snapshots: await walk(signal, BEFORE_ALL_IDS, (after) =>
      removeSnapshots(db, after, { days, batch: small }),
    ),
    // After the snapshots that had them.
    contents: await walk(signal, '', (after) => removeContents(db, after, { batch: small })),
    auditDays: await removeAuditDays(deps, signal),
  };
  for (const name of LEFTOVER_NAMES)
    counts[name] = await whileThereIs(
      signal,
      async () => (await removeLeftovers(db, name, { days, batch })) || null,
    );
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** Batch after batch until one answers null; how much it was. */
async function whileThereIs(signal: AbortSignal, remove: () => Promise<number | null>): Promise<number> {
  let sum = 0;
  while (!signal.aborted) {
    const removed = await remove();
    if (removed === null) break;
    sum += removed;
  }
  return sum;
}

/** Once over all of a table, from key to key. */
async function walk(
  signal: AbortSignal,
  beforeAll: string,
  step: (after: string) => Promise<{ removed: number; last: string | null }>,
): Promise<number> {
  let sum = 0;
  for (let after: string | null = beforeAll; after !== null && !signal.aborted; ) {
    const { removed, last } = await step(after);
    sum += removed;
    after = last;
  }
  return sum;
}

/** Stage data of tasks that failed, and that nobody can go on with any more. */
async function dropPastData(
  { db, days, stageData }: RetentionDeps,
  batch: number,
  signal: AbortSignal,
): Promise<number> {
  const stored = await stageData.taskIds();
  let dropped = 0;
  for (let from = 0; from < stored.length && !signal.aborted; from += batch) {
    const past = await pastTasks(db, stored.slice(from, from + batch), days);
    await stageData.drop(
      past.flatMap((task) => [
        { ...task, direction: 'forward' as const },
        { ...task, direction: 'rollback' as const },
      ]),
    );
    dropped += past.length;
  }
  return dropped;
}

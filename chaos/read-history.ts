import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { readPlan, readTasksById } from '@/db/queries/runs';
import type { event } from '@/db/schema/run';
import type { History, InstanceRecord, TargetCall, TaskRecord } from './check/history';
import { mostTriesOf } from './check/most-tries';

const CHUNK = 500;
/** An admission that looked before a stop was stored may be stored after it, so much later at most. */
const STOP_REACHES_ALL_MS = 5000;

/**
 * Reads everything that a run left behind in the database; `calls` is what the targets themselves were asked, and
 * `instances` what they say they run. When things were committed is known where Postgres keeps it (track_commit_timestamp).
 */
export async function readHistory(
  db: Database,
  calls: readonly TargetCall[],
  atRest: boolean,
  instances: readonly InstanceRecord[] = [],
): Promise<History> {
  const [setting] = await select<{ on: boolean }>(
    db,
    sql`select current_setting('track_commit_timestamp') = 'on' as "on"`,
  );
  const times = setting?.on ?? false;
  return {
    plans: await readPlans(db),
    tasks: await readTasks(db),
    events: await readEvents(db, times),
    tenants: await select(
      db,
      sql`select tenant_id, unit_id, current_version, last_known_good_version from tenant_unit order by 1, 2`,
    ),
    holds: await select(db, sql`select tenant_id, task_id from tenant_run order by 1`),
    checkpoints: await select(
      db,
      sql`select task_id, direction, epoch, stage_index from checkpoint order by 1, 3, 4`,
    ),
    calls: [...calls],
    instances: [...instances],
    stops: times ? await readStops(db) : [],
    freezes: (await select(db, sql`select 1 from "freeze" limit 1`)).length > 0,
    atRest,
  };
}

async function readPlans(db: Database): Promise<History['plans']> {
  const rows = await select<{ planId: string; planSeq: number; ownSequenceId: number }>(
    db,
    sql`select plan_id, plan_seq, own_sequence_id from plan order by number`,
  );
  const plans: History['plans'] = [];
  for (const { planId, planSeq, ownSequenceId } of rows) {
    const read = await readPlan(db, planId);
    if (!read) continue;
    plans.push({
      plan: read.plan,
      planSeq,
      ownSequenceId,
      completion: read.facts.policies.completion,
      mostTries: mostTriesOf(read.playbook),
    });
  }
  return plans;
}

async function readTasks(db: Database): Promise<TaskRecord[]> {
  const rows = await select<{ taskId: string }>(
    db,
    sql`select task_id from task join plan using (plan_id) order by plan.number, ordinal`,
  );
  const tasks: TaskRecord[] = [];
  for (let index = 0; index < rows.length; index += CHUNK) {
    const ids = rows.slice(index, index + CHUNK).map((row) => row.taskId);
    const reads = new Map((await readTasksById(db, ids)).map((read) => [read.task.taskId, read]));
    for (const id of ids) {
      const read = reads.get(id);
      if (!read) continue;
      const { task, sequenceId, epoch, target, unitId } = read;
      tasks.push({ task, sequenceId, epoch, targetVersion: target?.version ?? null, unitId });
    }
  }
  return tasks;
}

/** The stops of everything, by their audit rows; one from before it reached everybody counts from when it had. */
async function readStops(db: Database): Promise<History['stops']> {
  const rows = await select<{ action: string; storedAt: number }>(
    db,
    sql`select action, extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000 as stored_at
      from audit where action in ('executor.stop', 'executor.resume') order by 2`,
  );
  const stops: History['stops'] = [];
  for (const { action, storedAt } of rows) {
    const open = stops.at(-1);
    if (action === 'executor.stop') stops.push({ from: storedAt + STOP_REACHES_ALL_MS, until: null });
    else if (open?.until === null) open.until = storedAt;
  }
  return stops;
}

async function readEvents(db: Database, times: boolean): Promise<History['events']> {
  const storedAt = times ? sql`extract(epoch from pg_xact_commit_timestamp(e.xmin)) * 1000` : sql`null`;
  const rows = await select<typeof event.$inferSelect & { storedAt: number | null }>(
    db,
    sql`select e.*, ${storedAt} as stored_at from event e join plan p using (plan_id) order by p.number, e.plan_seq`,
  );
  return rows.map(
    (row) =>
      ({
        ...row,
        eventId: `${row.planId}:${row.planSeq}`,
        storedAt: row.storedAt ?? undefined,
      }) as object as History['events'][number],
  );
}

async function select<T>(db: Database, query: ReturnType<typeof sql>): Promise<T[]> {
  return [...(await db.execute(query))] as T[];
}

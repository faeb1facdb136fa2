import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { InJson } from '@/domain/events';
import type { Halt } from '@/domain/plan';

export type ExecutorMode = 'local' | 'pg-boss';

/** A process counts as alive this long after its last beat. */
export const ALIVE_SECONDS = 15;

export interface NodeBeat {
  nodeId: string;
  host: string;
  pid: number;
  mode: ExecutorMode;
  executing: boolean;
  slots: number;
}

/** Says that this process lives, and how many tasks it can run. */
export async function beatNode(db: Database, node: NodeBeat): Promise<void> {
  await db.execute(sql`
    insert into node (node_id, host, pid, mode, executing, slots)
    values (${node.nodeId}, ${node.host}, ${node.pid}, ${node.mode}, ${node.executing}, ${node.slots})
    on conflict (node_id) do update set executing = excluded.executing, slots = excluded.slots, beat_at = clock_timestamp()`);
}

/** A process that leaves in order takes its row along, with those of processes long gone. */
export async function forgetNode(db: Database, nodeId: string): Promise<void> {
  await db.execute(
    sql`delete from node where node_id = ${nodeId} or beat_at < clock_timestamp() - interval '1 day'`,
  );
}

/** Remembers how this database is executed; called by whoever holds the executor's lock. */
export async function rememberMode(db: Database, mode: ExecutorMode, nodeId: string): Promise<void> {
  await db.execute(
    sql`insert into executor (id, mode) values (1, ${mode}) on conflict (id) do update set mode = excluded.mode`,
  );
  // The only executor knows that nobody else executes, before their beats run out.
  if (mode === 'local') await db.execute(sql`update node set executing = false where node_id <> ${nodeId}`);
}

type LivingNode = NodeBeat & { startedAt: Date; beatAt: Date; alive: boolean; active: number };

export interface ExecutorOverview {
  mode: ExecutorMode | null;
  stopped: Halt | null;
  nodes: LivingNode[];
  slots: number;
  active: number;
  queued: number;
}

export async function readExecutor(db: Database): Promise<ExecutorOverview> {
  const [row] = await db.execute<
    Omit<ExecutorOverview, 'nodes' | 'slots'> & { nodes: InJson<LivingNode>[] }
  >(sql`
    select (select mode from executor) as mode, (select stopped from executor) as stopped,
      (select count(*)::int from task where status in ('RUNNING', 'ROLLING_BACK')) as active,
      (select count(*)::int from task t join plan p on p.plan_id = t.plan_id
       where t.status = 'PENDING' and p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK')) as queued,
      (select coalesce(jsonb_agg(n order by n."startedAt"), '[]') from (
        select node_id as "nodeId", host, pid, mode, executing, slots, started_at as "startedAt", beat_at as "beatAt",
          beat_at > clock_timestamp() - make_interval(secs => ${ALIVE_SECONDS}) as alive,
          (select count(*)::int from task where task.node_id = node.node_id and status in ('RUNNING', 'ROLLING_BACK')) as active
        from node where beat_at > clock_timestamp() - interval '1 hour') n) as nodes`);
  if (!row) throw new Error('The executor overview returned no row');
  const nodes = row.nodes.map((node) => ({
    ...node,
    startedAt: new Date(node.startedAt),
    beatAt: new Date(node.beatAt),
  }));
  const slots = nodes.reduce((sum, node) => sum + (node.alive && node.executing ? node.slots : 0), 0);
  return { ...row, nodes, slots };
}

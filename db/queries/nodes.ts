import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { InJson } from '@/domain/events';
import type { Halt, PlanTrouble } from '@/domain/plan';

/** A process counts as alive this long after its last beat. */
export const ALIVE_SECONDS = 15;
/** A process that gave no beat for this long has no share of the plans: it beats once a second. */
const SHARES_SECONDS = 5;
/** The session locks of nodes: held by the connection of a living process, under the hash of the node's id. */
export const NODE_LOCK = 7_306_003;

export interface NodeBeat {
  nodeId: string;
  host: string;
  pid: number;
  executing: boolean;
  slots: number;
  /** What keeps plans that it drives from getting on, by plan. */
  trouble: Record<string, PlanTrouble>;
}

/** Says that this process lives, and how many tasks it can run. Returns how many processes share the plans, and database time. */
export async function beatNode(db: Database, node: NodeBeat): Promise<{ sharing: number; now: Date }> {
  const [row] = await db.execute<{ others: number; now: Date }>(sql`
    with beat as (
      insert into node (node_id, host, pid, executing, slots, trouble)
      values (${node.nodeId}, ${node.host}, ${node.pid}, ${node.executing}, ${node.slots}, ${JSON.stringify(node.trouble)}::text::jsonb)
      on conflict (node_id) do update set executing = excluded.executing, slots = excluded.slots, trouble = excluded.trouble,
        beat_at = clock_timestamp()
    )
    select count(*)::int as others, clock_timestamp() as now from node
    where executing and node_id <> ${node.nodeId} and beat_at > clock_timestamp() - make_interval(secs => ${SHARES_SECONDS})`);
  if (!row) throw new Error('The beat returned no row');
  return { sharing: row.others + (node.executing ? 1 : 0), now: row.now };
}

/** A process that leaves in order takes its row along, with those of processes long gone. */
export async function forgetNode(db: Database, nodeId: string): Promise<void> {
  await db.execute(
    sql`delete from node where node_id = ${nodeId} or beat_at < clock_timestamp() - interval '1 day'`,
  );
}

/**
 * Nodes that executed and whose session lock is free: their process is gone, or cut off. Each is told once, to whoever
 * asks first.
 */
export async function nodesGone(db: Database): Promise<string[]> {
  const rows = await db.execute<{ nodeId: string }>(sql`
    update node set executing = false
    where executing and not exists (
      select 1 from pg_locks l where l.locktype = 'advisory' and l.classid = ${NODE_LOCK}::int::oid and l.objsubid = 2
        and l.objid = hashtext(node.node_id)::oid and l.granted
        and l.database = (select oid from pg_database where datname = current_database()))
    returning node_id`);
  return rows.map((row) => row.nodeId);
}

type LivingNode = NodeBeat & { startedAt: Date; beatAt: Date; alive: boolean; active: number };

export interface ExecutorOverview {
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
    select (select stopped from executor) as stopped,
      (select count(*)::int from task where status in ('RUNNING', 'ROLLING_BACK')) as active,
      (select count(*)::int from task t join plan p on p.plan_id = t.plan_id
       where t.status = 'PENDING' and p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK')) as queued,
      (select coalesce(jsonb_agg(n order by n."startedAt"), '[]') from (
        select node_id as "nodeId", host, pid, executing, slots, trouble, started_at as "startedAt", beat_at as "beatAt",
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

import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { ALIVE_SECONDS } from './nodes';

/** What the rows say at this moment; the same on every node. */
export interface Gauges {
  active: number;
  /** Seconds since the oldest beat of a running task; 0 when none runs. */
  heartbeatLag: number;
  nodes: number;
  executing: number;
  freeSlots: number;
  openDeliveries: number;
  /** Pending tasks of started plans by what they wait for. */
  waiting: { plan: number; tenant: number; slot: number };
}

/** Counts what runs and waits, in one statement. */
export async function readGauges(db: Database): Promise<Gauges> {
  const [row] = await db.execute<Omit<Gauges, 'waiting'> & Gauges['waiting']>(sql`
    with alive as (
      select executing, slots from node where beat_at > clock_timestamp() - make_interval(secs => ${ALIVE_SECONDS})
    ), running as (
      select count(*)::int as n, extract(epoch from clock_timestamp() - min(heartbeat_at))::float8 as lag
      from task where status in ('RUNNING', 'ROLLING_BACK')
    ), waiting as (
      select case
        when p.intent <> 'none' or p.halted is not null or (select stopped from executor) is not null then 'plan'
        when exists (select 1 from tenant_run r where r.tenant_id = t.tenant_id) then 'tenant'
        else 'slot' end as reason
      from task t join plan p on p.plan_id = t.plan_id
      where t.status = 'PENDING' and p.status in ('RUNNING', 'PAUSED', 'ROLLING_BACK')
    )
    select running.n as active, coalesce(running.lag, 0) as heartbeat_lag,
      (select count(*)::int from alive) as nodes,
      (select count(*)::int from alive where executing) as executing,
      greatest(0, (select coalesce(sum(slots), 0)::int from alive where executing) - running.n) as free_slots,
      (select count(*)::int from webhook_delivery where delivered_at is null and gave_up_at is null) as open_deliveries,
      (select count(*)::int from waiting where reason = 'plan') as plan,
      (select count(*)::int from waiting where reason = 'tenant') as tenant,
      (select count(*)::int from waiting where reason = 'slot') as slot
    from running`);
  if (!row) throw new Error('The gauges returned no row');
  const { plan, tenant, slot, ...gauges } = row;
  return { ...gauges, waiting: { plan, tenant, slot } };
}

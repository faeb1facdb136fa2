import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@/db/client';
import { savePlaybook } from '@/db/queries/catalogue';
import { call } from '@/server/testing/switchyard';
import type { BenchServer } from '../database';
import { percentile } from '../figures';
import { startWorld } from './world';

const PLANS = 6;
const CONCURRENCY = 5;
const STAGES = 3;
const STAGE_SECONDS = 0.2;
/** What is not measured, at either end. */
const MARGIN_SECONDS = 5;

export interface Isolation {
  seconds: number;
  /** How long stages of the other plans took, p95 in milliseconds: before the lock, and while it was held. */
  beforeMillis: number;
  duringMillis: number;
  /** What `/readyz` said of the plan meanwhile. */
  told: string;
}

/** Several plans run, somebody holds the row of one of them: what that costs the others. */
export function measureIsolation(server: BenchServer, seconds: number): Promise<Isolation> {
  return server.withDatabase(async (databaseUrl) => {
    const each = Math.ceil(((2 * (seconds + 2 * MARGIN_SECONDS)) / (STAGES * STAGE_SECONDS)) * CONCURRENCY);
    const world = await startWorld(databaseUrl, each * PLANS);
    const { sql, db, close } = connect(databaseUrl, 2);
    try {
      const stages = Array.from({ length: STAGES }, (_, index) => ({
        name: `Stage ${index + 1}`,
        steps: [{ name: 'wait', type: 'wait', seconds: STAGE_SECONDS }],
      }));
      await savePlaybook(db, {
        playbookId: 'waiting',
        name: 'Waiting',
        definition: { stages },
        createdBy: 'bench',
      });
      const plans: string[] = [];
      for (let first = 0; first < world.tenantIds.length; first += each) {
        const own = world.tenantIds.slice(first, first + each);
        plans.push((await world.createPlan(own, CONCURRENCY, 'waiting')).planId);
      }
      for (const planId of plans) await call(world.server.url, 'plans.start', 'mutation', { planId });
      const locked = plans[0] ?? '';
      const stageTimes = async (work: () => Promise<void>) => {
        await delay(MARGIN_SECONDS * 1000);
        const [from] = await sql`select clock_timestamp()::text as at`;
        await work();
        const rows = await sql<{ millis: number }[]>`
          select (payload->>'durationMillis')::float8 as millis from event
          where kind = 'StageSucceeded' and at > ${String(from?.at)}::text::timestamptz and plan_id <> ${locked}`;
        return percentile(
          rows.map(({ millis }) => millis),
          0.95,
        );
      };
      const beforeMillis = await stageTimes(() => delay(seconds * 1000));
      let told = '';
      const duringMillis = await stageTimes(async () => {
        await sql.begin(async (holding) => {
          await holding`select 1 from plan where plan_id = ${locked} for update`;
          await delay(seconds * 1000);
          const answer = (await (await fetch(`${world.server.url}/readyz`)).json()) as {
            checks: { plans?: string };
          };
          told = answer.checks.plans ?? 'nothing';
        });
      });
      return { seconds, beforeMillis, duringMillis, told };
    } finally {
      await close();
      await world.close();
    }
  });
}

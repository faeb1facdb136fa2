import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosDatabase } from '../nodes/database';
import type { Console } from './console';

const LOOK_MS = 500;
const LONGEST_MS = 15 * 60_000;

/** What is still under way, in numbers; all zero when nothing is. */
export interface UnderWay {
  plans: number;
  tasks: number;
  requests: number;
  holds: number;
  bulks: number;
}

/**
 * Lifts whatever an operator or a threshold holds back and waits until nothing is under way. Null when that happened,
 * else what was left when nothing had come of it for `patienceMillis`: how long all of it takes is up to the machine.
 */
export async function comeToRest(
  console_: Console,
  database: ChaosDatabase,
  patienceMillis: number,
): Promise<UnderWay | null> {
  const latest = performance.now() + LONGEST_MS;
  let progress = -1;
  let since = performance.now();
  for (;;) {
    const left = await database.patiently(({ sql }) => underWay(sql));
    if (left && Object.values(left).every((count) => count === 0)) return null;
    const now = await database.patiently(({ sql }) => eventsStored(sql));
    if (now !== null && now > progress) {
      progress = now;
      since = performance.now();
    }
    if (performance.now() > Math.min(latest, since + patienceMillis))
      return left ?? { plans: -1, tasks: -1, requests: -1, holds: -1, bulks: -1 };
    await lift(console_, database);
    await delay(LOOK_MS);
  }
}

type Sql = ChaosDatabase['connection']['sql'];

export async function underWay(sql: Sql): Promise<UnderWay> {
  const [row] = await sql<UnderWay[]>`select
    (select count(*)::int from plan where status in ('CREATED', 'VALIDATING', 'READY', 'RUNNING', 'PAUSED', 'ROLLING_BACK')) as plans,
    (select count(*)::int from task where status in ('CREATED', 'VALIDATING', 'PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK')) as tasks,
    (select count(*)::int from task where request is not null) as requests,
    (select count(*)::int from tenant_run) as holds,
    (select count(*)::int from bulk where ended_at is null) as bulks`;
  if (!row) throw new Error('No answer');
  return row;
}

/** Signs of life alone are no progress. */
async function eventsStored(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from event where kind not in ('TaskProgress', 'ConcurrencyChanged')`;
  return row?.count ?? 0;
}

export async function lift(console_: Console, database: ChaosDatabase): Promise<void> {
  const plans = await database.patiently(
    ({ sql }) => sql<
      {
        planId: string;
        intent: string;
        halted: boolean;
        status: string;
        narrow: boolean;
        paused: number;
        overtaken: string[];
      }[]
    >`
      select plan_id, intent, halted is not null as halted, status, max_concurrency < 10 as narrow,
        (select count(*)::int from task t where t.plan_id = p.plan_id and t.status = 'PAUSED' and t.request is null) as paused,
        array(select task_id from task t where t.plan_id = p.plan_id and t.status = 'PAUSED' and is_overtaken(t)) as overtaken
      from plan p where status in ('READY', 'RUNNING', 'PAUSED', 'ROLLING_BACK')`,
  );
  for (const { planId, intent, halted, status, narrow, paused, overtaken } of plans ?? []) {
    if (status === 'READY') await console_.tell('plans.start', { planId });
    if (intent === 'pause') await console_.tell('plans.resume', { planId });
    // One task after the other would take as long as the faults did.
    if (narrow) await console_.tell('plans.setConcurrency', { planId, maxConcurrency: 20 });
    // A halt, or a wave with failures: both go on by the same word.
    if (halted || intent === 'none') await console_.tell('plans.continue', { planId });
    if (paused > 0)
      await console_.tell('tasks.bulk', { planId, action: 'resume', filter: { status: ['PAUSED'] } });
    for (const taskId of overtaken)
      await console_.tell('tasks.cancel', { taskId, reason: 'A newer plan has the tenant' });
  }
}

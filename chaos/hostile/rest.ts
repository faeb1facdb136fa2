import { setTimeout as delay } from 'node:timers/promises';
import { readBeats } from '@/db/testing/beats';
import type { ChaosDatabase } from '../nodes/database';
import { lift, type UnderWay, underWay } from '../work/come-to-rest';
import type { Console } from '../work/console';

const LOOK_MS = 250;
/** The server's own seconds without anything new, and altogether: what it does in one does not depend on the machine. */
const IDLE_BEATS = 60;
const MOST_BEATS = 300;

/**
 * With targets that are well and nobody who presses anything but what lets it go on, everything must come to an end.
 * Null when it does, else what was left.
 */
export async function endAll(console_: Console, database: ChaosDatabase): Promise<UnderWay | null> {
  const { sql } = database.connection;
  const beats = async () => (await readBeats(sql)).length;
  const first = await beats();
  let [progress, since] = [-1, first];
  for (;;) {
    const left = await underWay(sql);
    if (Object.values(left).every((count) => count === 0)) return null;
    const now = await beats();
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from event where kind not in ('TaskProgress', 'ConcurrencyChanged')`;
    if (row && row.count > progress) [progress, since] = [row.count, now];
    if (now > since + IDLE_BEATS || now > first + MOST_BEATS) return left;
    await console_.tell('executor.resume', { reason: 'Everything is well' });
    await approveAll(console_, database);
    await lift(console_, database);
    await delay(LOOK_MS);
  }
}

async function approveAll(console_: Console, { connection: { sql } }: ChaosDatabase): Promise<void> {
  const rows = await sql<{ taskId: string }[]>`
    select task_id from task where status = 'PAUSED' and held_by = 'approval' and request is null`;
  for (const { taskId } of rows)
    await console_.tell('tasks.approve', { taskId, reason: 'Everything is well' });
}

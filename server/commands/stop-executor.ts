import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { Halt } from '@/domain/plan';
import { CommandRefused } from '@/server/input/refused';
import { firstAnswer } from './task-commands';

export interface StopOutcome {
  stopped: Halt | null;
}

/**
 * Stops all admission in every plan with one reason, or lifts the stop: the switch and its audit row in one statement.
 * What runs goes on. Throws {@link CommandRefused} when it stands so already.
 */
export async function stopExecutor(
  db: Database,
  command: { stop: boolean; actor: string; reason: string | null; requestId: string | null },
): Promise<StopOutcome> {
  const { stop, actor, reason, requestId } = command;
  const prior = await firstAnswer<StopOutcome>(db, requestId);
  if (prior) return prior;
  const [row] = await db.execute<{ stopped: Halt | null }>(sql`
    with wanted as (
      select case when ${stop} then jsonb_build_object('by', ${actor}::text, 'reason', ${reason ?? ''}::text,
        'at', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end as stopped
    ), moved as (
      insert into executor (id, stopped) select 1, stopped from wanted
      on conflict (id) do update set stopped = excluded.stopped
        where (executor.stopped is null) <> (excluded.stopped is null)
      returning stopped
    ), audited as (
      insert into audit (actor, action, target, reason, request_id, outcome)
      select ${actor}, ${stop ? 'executor.stop' : 'executor.resume'}, 'executor', ${reason}, ${requestId}::uuid,
        jsonb_build_object('stopped', stopped) from moved
    )
    select stopped from moved`);
  if (row) return row;
  throw new CommandRefused({
    code: 'NOTHING_TO_DO',
    message: stop ? 'Admission is stopped everywhere already.' : 'Admission is not stopped.',
  });
}

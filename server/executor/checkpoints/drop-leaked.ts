import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { CheckpointStore } from './checkpoint-store';

/** Of a task that does not exist nothing is of use. */
const ANY_EPOCH = 2 ** 31 - 1;

/**
 * Forgets stage data of tasks that neither point at any nor run: what a process left that died between a commit and
 * the drop that follows it. Returns the tasks, for the log.
 */
export async function dropLeakedData(db: Database, store: CheckpointStore): Promise<string[]> {
  const stored = await store.taskIds();
  if (stored.length === 0) return [];
  const rows = await db.execute<{ taskId: string; epoch: number }>(sql`
    select ids.task_id, coalesce(t.epoch, ${ANY_EPOCH}) as epoch from jsonb_array_elements_text(${JSON.stringify(stored)}::text::jsonb) as ids(task_id)
    left join task t on t.task_id = ids.task_id
    where t.task_id is null or (t.data_at is null and t.status not in ('RUNNING', 'ROLLING_BACK'))`);
  await store.drop(
    rows.flatMap(({ taskId, epoch }) => [
      { taskId, direction: 'forward' as const, epoch },
      { taskId, direction: 'rollback' as const, epoch },
    ]),
  );
  return rows.map((row) => row.taskId);
}

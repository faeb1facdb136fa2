import { and, eq, lte, or, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { checkpoint } from '@/db/schema/run';
import { type CheckpointStore, keyText } from './checkpoint-store';

/** The default: stage data beside the tasks, in the same backup and under the same durability. */
export function postgresCheckpoints(db: Database): CheckpointStore {
  const columns = [checkpoint.taskId, checkpoint.direction, checkpoint.epoch, checkpoint.stageIndex];
  return {
    kind: 'postgres',
    async save(key, data) {
      await db
        .insert(checkpoint)
        .values({ ...key, data })
        .onConflictDoUpdate({ target: columns, set: { data, savedAt: sql`clock_timestamp()` } });
    },
    async load(keys) {
      if (keys.length === 0) return new Map();
      const wanted = keys.map((key) =>
        and(
          eq(checkpoint.taskId, key.taskId),
          eq(checkpoint.direction, key.direction),
          eq(checkpoint.epoch, key.epoch),
          eq(checkpoint.stageIndex, key.stageIndex),
        ),
      );
      const rows = await db
        .select()
        .from(checkpoint)
        .where(or(...wanted));
      return new Map(rows.map((row) => [keyText(row), row.data]));
    },
    async drop(tasks) {
      if (tasks.length === 0) return;
      const gone = tasks.map(({ taskId, direction, epoch }) =>
        and(eq(checkpoint.taskId, taskId), eq(checkpoint.direction, direction), lte(checkpoint.epoch, epoch)),
      );
      await db.delete(checkpoint).where(or(...gone));
    },
    async taskIds() {
      const rows = await db.selectDistinct({ taskId: checkpoint.taskId }).from(checkpoint);
      return rows.map((row) => row.taskId);
    },
    close: async () => {},
  };
}

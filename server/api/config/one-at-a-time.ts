import type { Database } from '@/db/client';
import { CommandRefused } from '@/server/input/refused';

/** Of all advisory locks this one says "documents are being applied". */
const APPLYING = 7_236_041_906;

/**
 * Does this while no other node or request does: two that compared the same would make everything twice, and of freezes and
 * notifications no name would be left to tell them apart by. Throws {@link CommandRefused} when another one is at it.
 */
export async function oneAtATime<T>(db: Database, apply: () => Promise<T>): Promise<T> {
  // The lock is that of a connection, and gone with it: a process that dies leaves none behind.
  const connection = await db.$client.reserve();
  try {
    const [row] = await connection`select pg_try_advisory_lock(${APPLYING}) as taken`;
    if (row?.taken !== true)
      throw new CommandRefused({
        code: 'REFUSED_BY_GUARD',
        message:
          'Nothing was done, for other documents are being applied just now. Apply again once they are.',
      });
    try {
      return await apply();
    } finally {
      // On a connection that was lost meanwhile there is nothing to let go.
      await connection`select pg_advisory_unlock(${APPLYING})`.catch(() => {});
    }
  } finally {
    connection.release();
  }
}

import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';

/**
 * Binds a requestId to what it is used for; false when it was used for something else before. `fingerprint` stands for
 * principal, procedure and input. Two at once find the same answer.
 */
export async function bindRequest(db: Database, requestId: string, fingerprint: string): Promise<boolean> {
  // The update changes nothing: it makes the row that is there come back, also one that was stored at the same moment.
  const [row] = await db.execute<{ fingerprint: string }>(sql`
    insert into request_binding as b (request_id, fingerprint) values (${requestId}::uuid, ${fingerprint})
    on conflict (request_id) do update set fingerprint = b.fingerprint returning fingerprint`);
  return row?.fingerprint === fingerprint;
}

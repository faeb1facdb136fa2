import { createHash, randomBytes } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import type { Order } from '@/db/queries/page';
import type { apiKey, share } from '@/db/schema/auth';
import { type RowOf, type Selection, selected } from '@/db/selection';

type Audited = Parameters<typeof auditOf>[1];

/** 256 random bits that open something, told once: 43 characters that fit into a URL. */
export const newToken = () => randomBytes(32).toString('base64url');

/** What is kept of a token, to know it again. */
export const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Runs an insert of one row with its audit entry; answers with what of the row may be shown. */
export async function insertShown<Fields extends Selection>(
  db: Database,
  insert: SQL,
  shown: Fields,
  entry: Audited,
): Promise<RowOf<Fields>> {
  const [row] = await db.execute(sql`
    with made as (${insert} returning ${selected(shown)}), audited as (${auditOf(sql`made`, entry)})
    select * from made`);
  if (!row) throw new Error('The database did not return what it stored');
  return row as RowOf<Fields>;
}

export const newestFirst = (table: typeof apiKey | typeof share): Order => ({
  by: 'desc',
  keys: [
    { column: sql`${table.createdAt}`, kind: 'time' },
    { column: sql`${table.id}`, kind: 'uuid' },
  ],
});

/** Ends a token at once; false if there is none with this id or it was revoked before. */
export async function revoke(
  db: Database,
  table: typeof apiKey | typeof share,
  id: string,
  entry: Omit<Audited, 'outcome'>,
): Promise<boolean> {
  const rows = await db.execute(sql`
    with ended as (
      update ${table} set revoked_at = now() where id = ${id}::uuid and revoked_at is null returning *
    ), audited as (${auditOf(sql`ended`, { ...entry, outcome: sql`jsonb_build_object('id', id)` })})
    select id from ended`);
  return rows.length > 0;
}

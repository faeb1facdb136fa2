import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { type Asked, type Order, type Page, tablePage } from '@/db/queries/page';
import { apiKey } from '@/db/schema/auth';
import type { Principal, Role } from './principal';

/** A key as it may be shown: everything but the key. */
export type ApiKeyInfo = Omit<typeof apiKey.$inferSelect, 'hash'>;

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** Makes a key and returns it in clear, this once; only its hash is stored. */
export async function createApiKey(
  db: Database,
  input: { name: string; role: Role; createdBy: string; expiresAt: Date | null },
): Promise<{ key: string; info: ApiKeyInfo }> {
  const key = `swy_${randomBytes(32).toString('base64url')}`;
  const id = randomUUID();
  const { name, role, createdBy } = input;
  const expiresAt = input.expiresAt?.toISOString() ?? null;
  await db.execute(sql`
    with made as (
      insert into ${apiKey} (id, name, role, created_by, expires_at, hash, prefix)
      values (${id}::uuid, ${name}, ${role}, ${createdBy}, ${expiresAt}::timestamptz, ${hashOf(key)}, ${key.slice(0, 12)})
      returning id, expires_at
    )
    ${auditOf(sql`made`, {
      actor: createdBy,
      action: 'apiKey.create',
      target: name,
      outcome: sql`jsonb_build_object('id', id, 'role', ${role}::text, 'expiresAt', expires_at)`,
    })}`);
  const [row] = await db.select().from(apiKey).where(eq(apiKey.id, id));
  if (!row) throw new Error('The database did not return the new API key');
  const { hash: _hash, ...info } = row;
  return { key, info };
}

export const API_KEY_ORDER: Order = {
  by: 'desc',
  keys: [
    { column: sql`${apiKey.createdAt}`, kind: 'time' },
    { column: sql`${apiKey.id}`, kind: 'uuid' },
  ],
};

/** All keys, also revoked and expired ones, newest first. */
export async function listApiKeys(db: Database, asked: Asked): Promise<Page<ApiKeyInfo>> {
  const page = await tablePage(db, apiKey, { order: API_KEY_ORDER, where: undefined }, asked);
  return { ...page, items: page.items.map(({ hash: _hash, ...info }) => info) };
}

/** Ends a key at once; false if there is no such key or it was revoked before. */
export async function revokeApiKey(db: Database, id: string, actor: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with ended as (
      update ${apiKey} set revoked_at = now() where id = ${id}::uuid and revoked_at is null returning id, name
    ), audited as (${auditOf(sql`ended`, {
      actor,
      action: 'apiKey.revoke',
      target: sql`name`,
      outcome: sql`jsonb_build_object('id', id)`,
    })})
    select id from ended`);
  return rows.length > 0;
}

/** Who holds this key, if it is valid now; notes its use, at most once a minute. */
export async function findApiKey(db: Database, key: string): Promise<Principal | null> {
  const [found] = await db.execute<{ id: string; name: string; role: Role }>(sql`
    WITH valid AS (
      SELECT id, name, role, last_used_at FROM ${apiKey}
      WHERE hash = ${hashOf(key)} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    ), used AS (
      UPDATE ${apiKey} SET last_used_at = now() FROM valid
      WHERE ${apiKey.id} = valid.id
        AND (valid.last_used_at IS NULL OR valid.last_used_at < now() - interval '1 minute')
    )
    SELECT id, name, role FROM valid`);
  return found ? { kind: 'apiKey', id: found.id, name: found.name, role: found.role } : null;
}

import { createHash, randomBytes } from 'node:crypto';
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
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
  const [row] = await db
    .insert(apiKey)
    .values({ ...input, hash: hashOf(key), prefix: key.slice(0, 12) })
    .returning();
  if (!row) throw new Error('The database did not return the new API key');
  const { hash: _hash, ...info } = row;
  return { key, info };
}

/** All keys, also revoked and expired ones, newest first. */
export async function listApiKeys(db: Database): Promise<ApiKeyInfo[]> {
  const rows = await db.select().from(apiKey).orderBy(desc(apiKey.createdAt), apiKey.id);
  return rows.map(({ hash: _hash, ...info }) => info);
}

/** Ends a key at once; false if there is no such key or it was revoked before. */
export async function revokeApiKey(db: Database, id: string): Promise<boolean> {
  const rows = await db
    .update(apiKey)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKey.id, id), isNull(apiKey.revokedAt)))
    .returning({ id: apiKey.id });
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

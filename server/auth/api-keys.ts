import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { claimName } from '@/db/queries/actor-names';
import { type Asked, readPage } from '@/db/queries/page';
import { apiKey } from '@/db/schema/auth';
import { columnsBut } from '@/db/selection';
import type { LimitedTo } from '@/domain/limited-to';
import { nameOfKey } from './names';
import type { Principal, Role, Scope } from './principal';
import { hashOf, insertShown, newestFirst, newToken, revoke } from './tokens';

/** A key as it may be shown: everything but the key. */
const SHOWN = columnsBut(apiKey, 'hash');
export const API_KEY_ORDER = newestFirst(apiKey);

/** As much of a key as is kept in clear. */
const PREFIX_CHARS = 12;

/** What a key is called in the records: several may have one name, one after the other. */
const calledKey = (name: string, prefix: string) => `${name} (${prefix})`;

/** Makes a key and returns it in clear, this once; only its hash is stored. */
export async function createApiKey(
  db: Database,
  input: {
    name: string;
    role: Role;
    scopes?: readonly Scope[] | null;
    limitedTo?: LimitedTo | null | undefined;
    createdBy: string;
    expiresAt: Date | null;
  },
) {
  const key = `swy_${newToken()}`;
  const { name, role, createdBy } = input;
  const scopes = input.scopes ? sql`${sql.param([...input.scopes])}::text[]` : sql`null`;
  const limitedTo = input.limitedTo ? JSON.stringify(input.limitedTo) : null;
  const expiresAt = input.expiresAt?.toISOString() ?? null;
  const id = randomUUID();
  const prefix = key.slice(0, PREFIX_CHARS);
  await claimName(db, nameOfKey(calledKey(name, prefix), id));
  const insert = sql`
    insert into ${apiKey} (id, name, role, scopes, limited_to, created_by, expires_at, hash, prefix)
    values (${id}, ${name}, ${role}, ${scopes}, ${limitedTo}::text::jsonb, ${createdBy}, ${expiresAt}::timestamptz, ${hashOf(key)}, ${prefix})`;
  const info = await insertShown(db, insert, SHOWN, {
    actor: createdBy,
    action: 'apiKey.create',
    target: name,
    outcome: sql`jsonb_build_object('id', id, 'role', role, 'scopes', scopes, 'limitedTo', "limitedTo", 'expiresAt', "expiresAt")`,
  });
  return { key, info };
}

/** All keys, also revoked and expired ones, newest first. */
export const listApiKeys = (db: Database, asked: Asked) => {
  const from = sql`${apiKey}`;
  return readPage(db, { order: API_KEY_ORDER, from, as: from, where: undefined, fields: SHOWN }, asked);
};

/** Ends a key at once; false if there is no such key or it was revoked before. */
export const revokeApiKey = (db: Database, id: string, actor: string) =>
  revoke(db, apiKey, id, { actor, action: 'apiKey.revoke', target: sql`name` });

/** Who holds this key, if it is valid now; notes its use and from where, at most once a minute. */
export async function findApiKey(
  db: Database,
  key: string,
  address: string | null,
): Promise<Principal | null> {
  const [found] = await db.execute<{
    id: string;
    name: string;
    prefix: string;
    role: Role;
    scopes: Scope[] | null;
    limitedTo: LimitedTo | null;
  }>(sql`
    WITH valid AS (
      SELECT id, name, prefix, role, scopes, limited_to, last_used_at FROM ${apiKey}
      WHERE hash = ${hashOf(key)} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    ), used AS (
      UPDATE ${apiKey} SET last_used_at = now(), last_used_from = ${address} FROM valid
      WHERE ${apiKey.id} = valid.id
        AND (valid.last_used_at IS NULL OR valid.last_used_at < now() - interval '1 minute')
    )
    SELECT id, name, prefix, role, scopes, limited_to FROM valid`);
  if (!found) return null;
  const { id, name, prefix, role, scopes, limitedTo } = found;
  return {
    ...{ kind: 'apiKey', id, name: calledKey(name, prefix), role },
    ...(scopes && { scopes }),
    ...(limitedTo && { limitedTo }),
  };
}

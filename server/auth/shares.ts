import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { type Asked, type Order, type Page, tablePage } from '@/db/queries/page';
import { share } from '@/db/schema/auth';

/** A share link as it may be listed: everything but the token. */
export type ShareInfo = Omit<typeof share.$inferSelect, 'tokenHash'>;

/** What a valid token opens. */
export type OpenShare = Pick<ShareInfo, 'id' | 'planId' | 'showNames' | 'expiresAt'>;

const DEFAULT_DAYS = 7;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Makes a public link to one plan; the token is returned this once and stored hashed. */
export async function createShare(
  db: Database,
  input: { planId: string; createdBy: string; showNames?: boolean; days?: number },
): Promise<{ token: string; info: ShareInfo }> {
  const token = randomBytes(32).toString('base64url');
  const id = randomUUID();
  const showNames = input.showNames ?? false;
  const days = input.days ?? DEFAULT_DAYS;
  await db.execute(sql`
    with made as (
      insert into ${share} (id, plan_id, created_by, show_names, token_hash, expires_at)
      values (${id}::uuid, ${input.planId}, ${input.createdBy}, ${showNames}, ${hashOf(token)}, now() + make_interval(days => ${days}))
      returning id
    )
    ${auditOf(sql`made`, {
      actor: input.createdBy,
      action: 'share.create',
      target: input.planId,
      outcome: sql`jsonb_build_object('id', id, 'days', ${days}::int, 'showNames', ${showNames}::boolean)`,
    })}`);
  const [row] = await db.select().from(share).where(eq(share.id, id));
  if (!row) throw new Error('The database did not return the new share link');
  const { tokenHash: _hash, ...info } = row;
  return { token, info };
}

export const SHARE_ORDER: Order = {
  by: 'desc',
  keys: [
    { column: sql`${share.createdAt}`, kind: 'time' },
    { column: sql`${share.id}`, kind: 'uuid' },
  ],
};

/** The links of one plan, or all of them, newest first; ended ones included. */
export async function listShares(
  db: Database,
  filter: Asked & { planId?: string | undefined },
): Promise<Page<ShareInfo>> {
  const where = filter.planId === undefined ? undefined : eq(share.planId, filter.planId);
  const page = await tablePage(db, share, { order: SHARE_ORDER, where }, filter);
  return { ...page, items: page.items.map(({ tokenHash: _hash, ...info }) => info) };
}

/** Ends a link at once; false if there is no such link or it was revoked before. */
export async function revokeShare(db: Database, id: string, actor: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with ended as (
      update ${share} set revoked_at = now() where id = ${id}::uuid and revoked_at is null returning id, plan_id
    ), audited as (${auditOf(sql`ended`, {
      actor,
      action: 'share.revoke',
      target: sql`plan_id`,
      outcome: sql`jsonb_build_object('id', id)`,
    })})
    select id from ended`);
  return rows.length > 0;
}

/**
 * What this token opens. Malformed, unknown, expired and revoked are one and the same null,
 * so that a caller cannot tell them apart. `countView` counts a page view in the same statement.
 */
export async function resolveShare(
  db: Database,
  token: string,
  options: { countView: boolean } = { countView: false },
): Promise<OpenShare | null> {
  const hash = hashOf(TOKEN.test(token) ? token : '');
  const valid = and(eq(share.tokenHash, hash), isNull(share.revokedAt), gt(share.expiresAt, sql`now()`));
  const fields = {
    id: share.id,
    planId: share.planId,
    showNames: share.showNames,
    expiresAt: share.expiresAt,
  };
  const [found] = options.countView
    ? await db
        .update(share)
        .set({ viewCount: sql`${share.viewCount} + 1` })
        .where(valid)
        .returning(fields)
    : await db.select(fields).from(share).where(valid);
  return found ?? null;
}

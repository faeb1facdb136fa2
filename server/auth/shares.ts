import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { type Asked, readPage } from '@/db/queries/page';
import { share } from '@/db/schema/auth';
import { columnsBut, type RowOf } from '@/db/selection';
import { hashOf, insertShown, newestFirst, newToken, revoke } from './tokens';

/** A share link as it may be listed: everything but the token. */
const SHOWN = columnsBut(share, 'tokenHash');
export const SHARE_ORDER = newestFirst(share);

const OPENED = { id: share.id, planId: share.planId, showNames: share.showNames, expiresAt: share.expiresAt };
/** What a valid token opens. */
export type OpenShare = RowOf<typeof OPENED>;

const DEFAULT_DAYS = 7;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Makes a public link to one plan; the token is returned this once and stored hashed. */
export async function createShare(
  db: Database,
  input: { planId: string; createdBy: string; showNames?: boolean; days?: number },
) {
  const token = newToken();
  const { planId, createdBy, showNames = false, days = DEFAULT_DAYS } = input;
  const insert = sql`
    insert into ${share} (plan_id, created_by, show_names, token_hash, expires_at)
    values (${planId}, ${createdBy}, ${showNames}, ${hashOf(token)}, now() + make_interval(days => ${days}))`;
  const info = await insertShown(db, insert, SHOWN, {
    actor: createdBy,
    action: 'share.create',
    target: planId,
    outcome: sql`jsonb_build_object('id', id, 'days', ${days}::int, 'showNames', "showNames")`,
  });
  return { token, info };
}

/** The links of one plan, or all of them, newest first; ended ones included. */
export const listShares = (db: Database, { planId, ...asked }: Asked & { planId?: string | undefined }) => {
  const from = sql`${share}`;
  const where = planId === undefined ? undefined : eq(share.planId, planId);
  return readPage(db, { order: SHARE_ORDER, from, as: from, where, fields: SHOWN }, asked);
};

/** The plan of a link, whether or not it is still valid. */
export async function planOfShare(db: Database, id: string): Promise<string | null> {
  const [found] = await db.select({ planId: share.planId }).from(share).where(eq(share.id, id));
  return found?.planId ?? null;
}

/** Ends a link at once; false if there is no such link or it was revoked before. */
export const revokeShare = (db: Database, id: string, actor: string) =>
  revoke(db, share, id, { actor, action: 'share.revoke', target: sql`plan_id` });

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
  const [found] = options.countView
    ? await db
        .update(share)
        .set({ viewCount: sql`${share.viewCount} + 1` })
        .where(valid)
        .returning(OPENED)
    : await db.select(OPENED).from(share).where(valid);
  return found ?? null;
}

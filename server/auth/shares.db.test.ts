import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { share } from '@/db/schema/auth';
import { testDatabase } from '@/db/testing/test-database';
import { createShare, listShares, resolveShare, revokeShare } from './shares';

const connection = testDatabase();

describe('share links', () => {
  it('open one plan for a week, names hidden', async () => {
    const { token, info } = await createShare(connection.db, { planId: 'PLN-1', createdBy: 'ada' });
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(await resolveShare(connection.db, token)).toMatchObject({ planId: 'PLN-1', showNames: false });
    const days = (info.expiresAt.getTime() - info.createdAt.getTime()) / 86_400_000;
    expect(days).toBeCloseTo(7, 1);
  });

  it('are stored hashed', async () => {
    const { token } = await createShare(connection.db, { planId: 'PLN-2', createdBy: 'ada' });
    expect(JSON.stringify(await connection.db.select().from(share))).not.toContain(token);
    const [listed] = (await listShares(connection.db, { planId: 'PLN-2', limit: 10 })).items;
    expect(listed).not.toHaveProperty('tokenHash');
  });

  it('count page views, all of them, also when many look at once', async () => {
    const { token } = await createShare(connection.db, { planId: 'PLN-3', createdBy: 'ada' });
    await Promise.all(
      Array.from({ length: 20 }, () => resolveShare(connection.db, token, { countView: true })),
    );
    await resolveShare(connection.db, token);
    const [listed] = (await listShares(connection.db, { planId: 'PLN-3', limit: 10 })).items;
    expect(listed?.viewCount).toBe(20);
  });

  it('are all the same nothing when malformed, unknown, revoked or expired', async () => {
    const revoked = await createShare(connection.db, { planId: 'PLN-4', createdBy: 'ada' });
    expect(await revokeShare(connection.db, revoked.info.id, 'ada')).toBe(true);
    expect(await revokeShare(connection.db, revoked.info.id, 'ada')).toBe(false);
    const expired = await createShare(connection.db, { planId: 'PLN-4', createdBy: 'ada' });
    await connection.db
      .update(share)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(share.id, expired.info.id));
    for (const token of ['', 'x', 'A'.repeat(43), revoked.token, expired.token]) {
      expect(await resolveShare(connection.db, token)).toBeNull();
      expect(await resolveShare(connection.db, token, { countView: true })).toBeNull();
    }
  });
});

import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { authSession, authUser, authVerification } from '@/db/schema/auth';
import { testDatabase } from '@/db/testing/test-database';
import {
  claimInvite,
  inviteMember,
  listInvites,
  listMembers,
  readInvite,
  removeMember,
  setMemberRole,
} from './members';
import type { Role } from './principal';

const connection = testDatabase();

afterEach(async () => {
  for (const table of [authUser, authVerification]) await connection.db.delete(table);
});

const PASSWORD = 'correct horse battery';

async function member(name: string, role: Role): Promise<string> {
  const id = randomUUID();
  await connection.db.insert(authUser).values({ id, name, email: `${name}@example.com`, role });
  await connection.db
    .insert(authSession)
    .values({ id: randomUUID(), token: randomUUID(), userId: id, expiresAt: sql`now() + interval '1 day'` });
  return id;
}

const rolesNow = async () =>
  Object.fromEntries(
    (await listMembers(connection.db, { limit: 100 })).items.map(({ name, role }) => [name, role]),
  );
const sessionsOf = async (id: string) =>
  (await connection.db.select().from(authSession)).filter(({ userId }) => userId === id).length;
const lastAction = async () => {
  const [row] = await connection.db.execute<{ action: string; target: string; actor: string }>(
    sql`select action, target, actor from audit order by id desc limit 1`,
  );
  return row;
};

describe('an invite', () => {
  const kim = { email: 'kim@example.com', role: 'operator', actor: 'ada' } as const;

  it('makes one account with its role, once', async () => {
    const { token } = await inviteMember(connection.db, kim);
    expect(await readInvite(connection.db, token)).toEqual({
      email: kim.email,
      role: 'operator',
      limitedTo: null,
    });
    const claims = await Promise.all(
      [1, 2, 3].map(() => claimInvite(connection.db, { token, name: 'Kim', password: PASSWORD })),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await rolesNow()).toEqual({ Kim: 'operator' });
    expect(await readInvite(connection.db, token)).toBeNull();
  });

  it('is stored hashed, listed without its link, and on record', async () => {
    const { token, inviteId } = await inviteMember(connection.db, kim);
    expect(JSON.stringify(await connection.db.select().from(authVerification))).not.toContain(token);
    const { items: invites } = await listInvites(connection.db, { limit: 100 });
    expect(invites).toMatchObject([{ inviteId, email: kim.email, role: 'operator', invitedBy: 'ada' }]);
    expect(await lastAction()).toEqual({ action: 'member.invite', target: kim.email, actor: 'ada' });
  });

  it('ends when it is replaced, removed or too old', async () => {
    const first = await inviteMember(connection.db, kim);
    const second = await inviteMember(connection.db, kim);
    expect(await readInvite(connection.db, first.token)).toBeNull();
    await removeMember(connection.db, { inviteId: second.inviteId, actor: 'ada' });
    expect(await readInvite(connection.db, second.token)).toBeNull();
    const third = await inviteMember(connection.db, kim);
    await connection.db.update(authVerification).set({ expiresAt: sql`now() - interval '1 second'` });
    expect(
      await claimInvite(connection.db, { token: third.token, name: 'Kim', password: PASSWORD }),
    ).toBeNull();
    expect(await rolesNow()).toEqual({});
  });

  it('is refused for somebody who has an account', async () => {
    await member('kim', 'viewer');
    await expect(inviteMember(connection.db, kim)).rejects.toThrow('has an account already');
  });
});

describe('members', () => {
  it('lose their sessions with a lesser role and keep them with a greater one', async () => {
    await member('ada', 'admin');
    const kim = await member('kim', 'operator');
    await setMemberRole(connection.db, { userId: kim, role: 'admin', actor: 'ada' });
    expect(await sessionsOf(kim)).toBe(1);
    await setMemberRole(connection.db, { userId: kim, role: 'viewer', actor: 'ada' });
    expect(await sessionsOf(kim)).toBe(0);
    expect(await lastAction()).toMatchObject({ action: 'member.setRole', target: 'kim@example.com' });
  });

  it('lose their sessions when they are removed', async () => {
    await member('ada', 'admin');
    const kim = await member('kim', 'operator');
    await removeMember(connection.db, { userId: kim, actor: 'ada' });
    expect(await sessionsOf(kim)).toBe(0);
    expect(await rolesNow()).toEqual({ ada: 'admin' });
    await expect(removeMember(connection.db, { userId: kim, actor: 'ada' })).rejects.toThrow('no member');
  });

  it('always have an administrator left', async () => {
    const ada = await member('ada', 'admin');
    await expect(setMemberRole(connection.db, { userId: ada, role: 'viewer', actor: 'ada' })).rejects.toThrow(
      'only administrator',
    );
    await expect(removeMember(connection.db, { userId: ada, actor: 'ada' })).rejects.toThrow(
      'only administrator',
    );
  });

  it('always have an administrator left, also when two demote each other at once', async () => {
    const ada = await member('ada', 'admin');
    const kim = await member('kim', 'admin');
    await Promise.allSettled([
      setMemberRole(connection.db, { userId: ada, role: 'viewer', actor: 'kim' }),
      setMemberRole(connection.db, { userId: kim, role: 'viewer', actor: 'ada' }),
      removeMember(connection.db, { userId: ada, actor: 'kim' }),
    ]);
    expect(Object.values(await rolesNow())).toContain('admin');
  });
});

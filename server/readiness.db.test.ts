import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect } from '@/db/client';
import { createTestDatabase, type TestDatabase } from '@/db/testing/test-database';
import type { PlanTrouble } from '@/domain/plan';
import { ReadinessCheck } from './readiness';

let database: TestDatabase;
let own: Connection;
let console_: Connection;
let commands: Connection;
let executor: Connection;
/** What keeps plans from getting on. */
let trouble: Record<string, PlanTrouble> = {};
/** With so much patience that a busy machine makes no difference, and with so little that a test can wait for its end. */
let check: ReadinessCheck;
let impatient: ReadinessCheck;
/** Somebody else on the same database. */
let other: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  own = connect(database.url, 1);
  console_ = connect(database.url, 2);
  commands = connect(database.url, 2);
  executor = connect(database.url, 2);
  other = postgres(database.url, { max: 1, onnotice: () => {} });
  const deps = {
    own,
    pools: { console: console_, commands, executor },
    executor: () => 'executing',
    trouble: () => trouble,
    secrets: async () => 'ok',
  };
  check = new ReadinessCheck(deps, { withinMillis: 600_000, lockMillis: 50 });
  impatient = new ReadinessCheck(deps, { withinMillis: 300, lockMillis: 50 });
});
afterAll(async () => {
  await Promise.all([own, console_, commands, executor].map((one) => one.close()));
  await other.end();
  await database.drop();
});

/** A statement that waits until the lock is given free, and holds it no longer than itself. */
const stuckOn = ({ db }: Connection, lock: number) =>
  db.execute(sql`select pg_advisory_xact_lock_shared(${lock})`).then(() => {});

async function waitingFor(through: postgres.ReservedSql, lock: number): Promise<number> {
  const [row] = await through<
    { n: number }[]
  >`select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = ${lock} and not granted`;
  return row?.n ?? 0;
}

const WELL = {
  ready: true,
  checks: { database: 'ok', executor: 'executing', secrets: 'ok' },
};

describe('whether it is ready', () => {
  it('is told while all is well, by any number at once', async () => {
    expect(await Promise.all([check.read(), check.read(), check.read()])).toEqual([WELL, WELL, WELL]);
  });

  it.each(['plan', 'task', 'event', 'tenant_unit', 'tenant_run', 'audit'])(
    'is not while %s is locked, and says so',
    async (table) => {
      const held = await other.reserve();
      await held.unsafe(`begin; lock table ${table} in exclusive mode`);
      expect(await check.read()).toMatchObject({
        ready: false,
        checks: { database: expect.stringMatching(/^locked/) },
      });
      await held.unsafe('rollback');
      held.release();
      expect(await check.read()).toEqual(WELL);
    },
  );

  it.each(['console', 'commands', 'runs'] as const)(
    'is not while every connection of the %s is busy, and says whose',
    async (whose) => {
      const busy = { console: console_, commands, runs: executor }[whose];
      const held = await other.reserve();
      await held`select pg_advisory_lock(1)`;
      const waiting = [stuckOn(busy, 1), stuckOn(busy, 1)];
      await expect.poll(() => waitingFor(held, 1)).toBe(2);
      await expect
        .poll(() => impatient.read())
        .toMatchObject({
          ready: false,
          checks: {
            database: 'ok',
            connections: `${whose}: all connections are busy`,
          },
        });
      await held`select pg_advisory_unlock(1)`;
      await Promise.all(waiting);
      held.release();
      await expect.poll(() => check.read()).toEqual(WELL);
    },
  );

  it('is in spite of what keeps one plan from getting on, and says which and why', async () => {
    trouble = { 'PLN-1': { since: '2030-01-02T03:04:05.000Z', message: 'Somebody holds a lock.' } };
    expect(await check.read()).toEqual({
      ready: true,
      checks: { ...WELL.checks, plans: 'PLN-1, since 2030-01-02T03:04:05.000Z: Somebody holds a lock.' },
    });
    trouble = {};
    expect(await check.read()).toEqual(WELL);
  });

  it('is told also when the database gives no answer at all, and nobody waits twice', async () => {
    const held = await other.reserve();
    await held`select pg_advisory_lock(2)`;
    // Its own connection waits for something that does not come.
    const stuck = stuckOn(own, 2);
    await expect.poll(() => waitingFor(held, 2)).toBe(1);
    const [one, another] = await Promise.all([impatient.read(), impatient.read()]);
    expect(one).toMatchObject({
      ready: false,
      checks: { database: 'no answer', executor: 'executing' },
    });
    expect(another).toEqual(one);
    await held`select pg_advisory_unlock(2)`;
    held.release();
    await stuck;
    await expect.poll(() => check.read()).toEqual(WELL);
  });

  // The last: it cuts every connection there is.
  it('is not while the database is read-only, and says so', async () => {
    const { pathname } = new URL(database.url);
    const name = pathname.slice(1);
    const cut = () =>
      other`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`;
    await other.unsafe(`alter database "${name}" set default_transaction_read_only = on`);
    await cut();
    await expect
      .poll(() => check.read())
      .toMatchObject({ ready: false, checks: { database: expect.stringMatching(/^read-only/) } });
    await other.unsafe(`alter database "${name}" reset default_transaction_read_only`);
    await cut();
    await expect.poll(() => check.read()).toEqual(WELL);
  });
});

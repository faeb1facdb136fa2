import { sql } from 'drizzle-orm';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { Database } from '@/db/client';
import { addSpent } from '@/db/queries/budgets';
import { removeLeftovers } from '@/db/queries/leftovers';
import { testDatabase } from '@/db/testing/test-database';
import { BUDGETS, BudgetSpent, Budgets } from './budgets';

const log = pino({ level: 'silent' });
/** So long that the database's clock is in one of them for the whole test. */
const windowMillis = 365 * 86_400_000;

const connection = testDatabase();

/** A process of its own, whose news to the database can be waited for. */
function node(now: () => number = () => 0) {
  const told: Promise<unknown>[] = [];
  const execute = (query: Parameters<Database['execute']>[0]) => {
    const answer = Promise.resolve(connection.db.execute(query));
    told.push(answer.catch(() => undefined));
    return answer;
  };
  const budgets = new Budgets({ db: { execute } as unknown as Database, log, now, windowMillis });
  return { budgets, told, settled: () => Promise.all(told) };
}

function spent(spend: () => void): boolean {
  try {
    spend();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(BudgetSpent);
    return false;
  }
}

const rows = async () =>
  (await connection.db.execute<{ n: number }>(sql`select count(*)::int as n from auth_rate_limit`))[0]?.n;

describe('a budget', () => {
  it('is one for all nodes, but for what they have not told each other yet', async () => {
    const nodes = [node(), node(), node()];
    let granted = 0;
    for (let round = 0; round < BUDGETS.principal; round += 1) {
      for (const { budgets, settled } of nodes) {
        if (spent(() => budgets.spend('principal', 'shared'))) granted += 1;
        await settled();
      }
    }
    expect(granted).toBeGreaterThanOrEqual(BUDGETS.principal);
    expect(granted).toBeLessThanOrEqual(BUDGETS.principal * (1 + nodes.length / 20));
    expect(spent(() => nodes[0]?.budgets.spend('principal', 'somebody else'))).toBe(true);
    expect(spent(() => nodes[0]?.budgets.spend('link', 'shared'))).toBe(true);
  });

  it('writes nothing for whoever asks little', async () => {
    const { budgets, told } = node();
    const before = await rows();
    for (let caller = 0; caller < 500; caller += 1)
      for (let call = 0; call < 20; call += 1) budgets.spend('principal', `quiet ${caller}`);
    expect(told).toEqual([]);
    expect(await rows()).toBe(before);
  });

  it('is refused as a whole, with the time until it is counted anew, and is full again then', () => {
    let now = 0;
    const { budgets } = node(() => now);
    budgets.spend('address', 'x', BUDGETS.address - 5);
    now = windowMillis - 2500;
    expect(() => budgets.spend('address', 'x', 6)).toThrow('Too many requests at once. Try again in 3 s.');
    budgets.spend('address', 'x', 5);
    expect(() => budgets.spend('address', 'x')).toThrow(BudgetSpent);
    now = windowMillis;
    budgets.spend('address', 'x', BUDGETS.address);
  });

  it('holds on one node alone while the database gives no answer', async () => {
    const db = { execute: () => Promise.reject(new Error('no answer')) } as unknown as Database;
    const budgets = new Budgets({ db, log, now: () => 0, windowMillis });
    let granted = 0;
    while (spent(() => budgets.spend('link', 'alone'))) {
      granted += 1;
      await Promise.resolve();
    }
    expect(granted).toBe(BUDGETS.link);
  });

  it('leaves nothing behind: what nobody spent of for a day is removed, and so are sign-in attempts', async () => {
    await addSpent(connection.db, 'old', 1, 1000);
    await addSpent(connection.db, 'new', 1, 1000);
    await connection.db.execute(sql`update auth_rate_limit set last_request = 0 where key = 'budget:old'`);
    await connection.db.execute(sql`insert into auth_rate_limit values ('a', '127.0.0.1/sign-in', 1, 0)`);
    await removeLeftovers(connection.db, 'attempts', { days: 90, batch: 100 });
    const left = await connection.db.execute<{ key: string }>(
      sql`select key from auth_rate_limit where key in ('budget:old', 'budget:new', '127.0.0.1/sign-in') order by key`,
    );
    expect(left.map(({ key }) => key)).toEqual(['budget:new']);
  });
});

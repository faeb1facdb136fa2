import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { query } from './testing/call';
import { limitedPeople, MIXED, WHOLE } from './testing/limited-people';

const server = testApiServer();
const { keys } = limitedPeople(server);

it('a decision about a plan waits for whom all its tenants are for, and no others', async () => {
  const rule = { needs: 1, role: 'operator', notMaker: false, given: [] };
  const at = new Date().toISOString();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const override = { ...rule, ...{ by: 'Ann', id: 'user 1', reason: 'A leak', at, until } };
  await server.db.execute(sql`update plan set freeze_override = ${JSON.stringify(override)}::text::jsonb,
    start_approval = ${JSON.stringify({ ...rule, because: { overTenants: 1 } })}::text::jsonb`);
  const attention = async (key: string) => (await query(server.url, key, 'fleet.attention')).data;
  for (const name of ['executor.askedOverrides', 'executor.unapprovedStarts'])
    expect((await query(server.url, keys.operator, name)).data, name).toMatchObject([
      { planId: MIXED, forYou: false },
      { planId: WHOLE, forYou: true },
    ]);
  expect(await attention(keys.operator)).toMatchObject({ waiting: 4, forYou: 2 });
  expect(await attention(server.key)).toMatchObject({ waiting: 6, forYou: 6 });
});

import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { listTenants } from '@/db/queries/catalogue';
import { testDatabase } from '@/db/testing/test-database';
import { isChosen, type TenantChoice } from '@/domain/tenant-choice';
import { chosenIds, countChosen } from './tenant-choice';

const connection = testDatabase();

beforeAll(async () => {
  const { db } = connection;
  await db.execute(sql`
    insert into tenant (tenant_id, name, labels, endpoints) values
      ('acme-eu', 'Acme Europe', '{"region":"eu"}', '[]'), ('acme-us', 'Acme America', '{"region":"us"}', '[]'),
      ('borealis', 'Borealis', '{"region":"eu","tier":"gold"}', '[]'), ('plain', 'Plain', '{}', '[]')`);
  await db.execute(sql`insert into deploy_unit (unit_id, name) values ('router', 'Router')`);
  await db.execute(sql`insert into tenant_unit (tenant_id, unit_id, unit_name, current_version) values
    ('acme-eu', 'router', 'Router', 'v1'), ('acme-us', 'router', 'Router', 'v2'), ('borealis', 'router', 'Router', 'v2')`);
});

const CHOICES: TenantChoice[] = [
  [],
  [{ take: true, filter: {} }],
  [{ take: true, filter: { q: 'ACME' } }],
  [
    { take: true, filter: { labels: { region: ['eu'] } } },
    { take: false, ids: ['borealis'] },
  ],
  [
    { take: true, filter: { notOn: { unitId: 'router', version: 'v2' } } },
    { take: true, ids: ['acme-us'] },
  ],
  [
    { take: true, filter: {} },
    { take: false, filter: { labels: { tier: ['gold'] } } },
  ],
];

describe('a choice', () => {
  it.each(CHOICES.map((choice) => [choice]))('is the same here and on a page: %j', async (choice) => {
    const { items } = await listTenants(connection.db, { limit: 100 });
    const there = items.filter((tenant) =>
      isChosen(choice, { ...tenant, drifted: tenant.units.some(({ drift }) => drift?.drifted) }),
    );
    expect(await chosenIds(connection.db, choice, false)).toEqual(there.map(({ tenantId }) => tenantId));
  });

  it('is counted with what it has of those that are shown, and tells ids that nobody has', async () => {
    const choice: TenantChoice = [{ take: true, ids: ['acme-eu', 'ghost'] }];
    expect(await countChosen(connection.db, choice, { q: 'acme' })).toEqual({
      chosen: 1,
      busy: 0,
      busyIn: [],
      fitting: 2,
      fittingChosen: 1,
      unknown: ['ghost'],
    });
    expect(await chosenIds(connection.db, choice, true)).toEqual(['acme-eu', 'ghost']);
  });
});

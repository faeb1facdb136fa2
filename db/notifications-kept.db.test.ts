import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from './migrate';
import { migrateUntil } from './testing/migrate-until';
import { createTestDatabase, type TestDatabase } from './testing/test-database';

let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
  // The build before told each thing at once, and a failed rollback as a failure.
  await migrateUntil(database.url, '0009_four_eyes');
  const add = (name: string, format: string, topics: string[]) => sql`
    insert into webhook (webhook_id, name, url, format, topics, secret, created_by)
    values (gen_random_uuid(), ${name}, 'sealed', ${format}, ${topics}, 'sealed', 'op')`;
  await add('a', 'json', ['planFinished', 'taskFailed']);
  await add('b', 'slack', ['planHalted']);
  await sql`insert into webhook_delivery (delivery_id, webhook_id, plan_id, plan_seq, topic, payload)
    select gen_random_uuid(), webhook_id, 'PLN-1', 1, 'planHalted', '{}' from webhook`;
  await migrate(database.url);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

it('goes on telling what it told, as it told it', async () => {
  expect(
    await sql`select name, kind, format, own, topics, digest_seconds, quiet from webhook order by name`,
  ).toMatchObject([
    {
      ...{ name: 'a', kind: 'webhook', format: 'json', own: null, digest_seconds: 0, quiet: null },
      topics: ['planFinished', 'taskFailed', 'rollbackFailed'],
    },
    { name: 'b', kind: 'webhook', format: 'slack', own: null, digest_seconds: 0, topics: ['planHalted'] },
  ]);
  expect(await sql`select distinct count, attempts from webhook_delivery`).toMatchObject([
    { count: 1, attempts: 0 },
  ]);
});

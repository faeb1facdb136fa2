import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '@/db/client';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded/launcher';
import { migrate } from '@/db/migrate';
import { targets } from './checks/targets';
import { examine } from './doctor';
import { resolving, situationWith } from './testing/situation';

const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-doctor-'));
const KEY = 'mJ0Vb3r9cYkqvZ1nT8sXwQpLhE5uGdAo7iRfC2yN4xM=';
let server: EmbeddedPostgres;
let owner: postgres.Sql;
let target: Server;

beforeAll(async () => {
  server = await startEmbeddedPostgres({
    ...{ dataDir: path.join(folder, 'postgres'), durable: false },
    log: () => {},
  });
  owner = postgres(server.url, { max: 1, onnotice: () => {} });
  target = createServer();
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => target.close(resolve));
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const EMBEDDED = { PORT: '0', SWITCHYARD_DATA_DIR: folder, SWITCHYARD_SECRET_KEY: KEY };
const of = async (check: string, variables: Record<string, string> = EMBEDDED) =>
  (await examine(variables)).filter((result) => result.check === check);

describe('an embedded database that runs', () => {
  it('may have no tables yet', async () => {
    const results = await examine(EMBEDDED);
    expect(results.filter(({ level }) => level === 'fail')).toEqual([]);
    expect(await of('database schema')).toMatchObject([{ level: 'ok' }]);
    expect(await of('database role')).toEqual([]);
    await migrate(server.url, 'switchyard_run');
  });

  it('is as it should be, but for what tests leave out', async () => {
    const results = await examine(EMBEDDED);
    expect(results.filter(({ level }) => level === 'fail')).toEqual([]);
    expect(await of('database')).toMatchObject([{ level: 'ok' }, { level: 'warn' }]);
    for (const check of ['database schema', 'database role', 'clock', 'connections', 'secrets'])
      expect(await of(check), check).toMatchObject([{ level: 'ok' }]);
  });

  it('has a role that may change what only grows', async () => {
    await owner`grant update on audit to switchyard_run`;
    expect(await of('database role')).toMatchObject([
      { level: 'fail', found: 'switchyard_run may change audit' },
    ]);
    await owner`revoke update on audit from switchyard_run`;
    await owner`revoke insert on audit from switchyard_run`;
    expect(await of('database role')).toMatchObject([{ found: 'switchyard_run may not add to audit' }]);
    await owner`grant insert on audit to switchyard_run`;
  });

  it('misses a migration and a function', async () => {
    const log =
      await owner`select id, hash, created_at from drizzle.__drizzle_migrations order by id desc limit 1`;
    await owner`delete from drizzle.__drizzle_migrations where id = ${log[0]?.id}`;
    await owner`update function_source set hash = 'old' where name = 'guards'`;
    expect(await of('database schema')).toMatchObject([
      { level: 'warn', found: 'not applied yet: 1 migration and the functions guards' },
    ]);
    await owner`insert into drizzle.__drizzle_migrations ${owner(log[0] as postgres.Row)}`;
    // Looking alone has applied nothing.
    expect(await owner`select hash from function_source where name = 'guards'`).toEqual([{ hash: 'old' }]);
  });
});

describe('a Postgres of one’s own', () => {
  it('is used by its owner, or by a role that owns nothing', async () => {
    const alone = { ...EMBEDDED, DATABASE_URL: server.url };
    expect(await of('database role', alone)).toMatchObject([{ level: 'warn' }]);
    const apart = { ...EMBEDDED, DATABASE_URL: server.runtimeUrl, DATABASE_OWNER_URL: server.url };
    expect(await of('database role', apart)).toMatchObject([{ level: 'ok' }, { level: 'ok' }]);
  });

  it('lets nothing be changed over a connection of this kind', async () => {
    const reading = connect(server.url, 1, { readOnly: true });
    await expect(reading.sql`delete from tenant`).rejects.toThrow('read-only transaction');
    await reading.close();
  });
});

it('tells a target that is refused from one without a name and one that answers', async () => {
  const { port } = target.address() as AddressInfo;
  const url = (host: string) => `http://${host}:${port}`;
  for (const [tenantId, host] of Object.entries({ good: 'good.test', bad: '127.0.0.9', gone: 'gone.test' }))
    await owner`insert into tenant (tenant_id, name, endpoints)
      values (${tenantId}, ${tenantId}, ${owner.json([{ key: 'a', url: url(host) }])})`;
  const connection = connect(server.url, 1, { readOnly: true });
  const resolve = resolving({ 'good.test': '127.0.0.1' });
  const allow = '127.0.0.1, gone.test';
  const found = await targets.look(
    { ...connection, runtimeRole: 'switchyard_run' },
    situationWith({ SWITCHYARD_TARGET_ALLOW: allow }, { resolve }),
    new AbortController().signal,
  );
  await connection.close();
  expect(found.map((one) => one.found)).toEqual([
    '1 of 3 instances can be reached, all on record',
    `1 may not be called: bad/a (127.0.0.9:${port})`,
    `1 without a name that resolves here: gone/a (gone.test:${port}: ENOTFOUND)`,
  ]);
});

it('connects to where notifications go, and sends nothing', async () => {
  const { port } = target.address() as AddressInfo;
  const asked: unknown[] = [];
  target.on('request', (request) => asked.push(request.url));
  await owner`insert into webhook (webhook_id, name, url, topics, secret, created_by)
    values (gen_random_uuid(), 'chat', ${`http://127.0.0.1:${port}/secret`}, '{}', '', 'ada')`;
  const listed = await of('webhooks', { ...EMBEDDED, SWITCHYARD_TARGET_ALLOW: '127.0.0.1' });
  expect(listed).toMatchObject([
    { level: 'ok', found: `"chat" can be reached at http://127.0.0.1:${port}/…` },
  ]);
  expect(await of('webhooks')).toMatchObject([{ level: 'fail' }]);
  expect(asked).toEqual([]);
});

it('says that a database is down, and looks at the rest', async () => {
  await owner.end();
  await server.stop();
  expect((await of('database'))[0]).toMatchObject({ level: 'warn' });
  const [away, rest] = await of('database', { ...EMBEDDED, DATABASE_URL: server.runtimeUrl });
  expect(away?.found).toContain('does not answer');
  expect(rest?.found).toContain('not looked at without a database');
  expect(await of('keys')).toMatchObject([{ level: 'ok' }]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { PgBoss } from 'pg-boss';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './client';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/launcher';
import { migrate } from './migrate';
import { rechain } from './testing/old-audit';

const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-role-'));
let server: EmbeddedPostgres;
let running: postgres.Sql;
let owner: postgres.Sql;

beforeAll(async () => {
  server = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    durable: false,
    log: () => {},
  });
  // As an earlier release left it: the job engine's tables belong to the one role there was.
  const boss = new PgBoss({ connectionString: server.url, schedule: true });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('drive', { policy: 'exclusive' });
  await boss.stop({ graceful: false });
  await migrate(server.url, 'switchyard_run');
  const options = { max: 1, onnotice: () => {} };
  running = postgres(server.runtimeUrl, options);
  owner = postgres(server.url, options);
  await running`insert into audit (actor, action, target, outcome) values ('ada', 'a', 't', '{}')`;
  await running`insert into actor_name (looks, names, kind, principal) values ('ada', '{Ada}', 'user', 'ada@example.com')`;
});
afterAll(async () => {
  await running.end();
  await owner.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the role that the program runs as', () => {
  it.each([
    `update audit set actor = 'eve'`,
    'delete from audit',
    'truncate audit',
    'alter table audit disable trigger user',
    'alter table audit disable trigger audit_chain',
    'drop trigger audit_append_only on audit',
    'drop table audit',
    'alter table audit rename to other',
    `select set_config('switchyard.removing_events', 'PLN-1', false); delete from event`,
    `update event set actor = 'eve'`,
    'delete from tenant_history',
    'update unit_version set payload = null',
    'delete from actor_name',
    `insert into audit_summary values ('2026-01-01', '{}')`,
    `update audit_summary set summary = '{}'`,
    'delete from audit_summary',
    `update audit_signature set signature = ''`,
    'delete from audit_signature',
    `create or replace function audit_day_to_remove() returns jsonb language sql as 'select null::jsonb'`,
    `create or replace function refuse_unsummarised() returns trigger language plpgsql as 'begin return null; end'`,
    'drop trigger audit_kept on audit',
    `create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
    `create or replace function chain_audit() returns trigger language plpgsql as 'begin return new; end'`,
    'alter function audit_hash(text, audit) owner to switchyard_run',
    `delete from function_source`,
    `delete from drizzle.__drizzle_migrations`,
    `set session_replication_role = replica`,
    'set role switchyard',
    'create table public.mine (a int)',
  ])('may not: %s', async (statement) => {
    await expect(running.unsafe(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('adds to the audit log, and reads it', async () => {
    await running`insert into audit (actor, action, target, outcome) values ('ada', 'b', 't', '{}')`;
    expect(await running`select chain::int, actor from audit order by chain`).toEqual([
      { chain: 1, actor: 'ada' },
      { chain: 2, actor: 'ada' },
    ]);
    expect((await running`select verify_audit(0, '', 10) as told`)[0]?.told.wrong).toEqual([]);
  });

  it('removes old events through the one function that may', async () => {
    expect(await running`select remove_old_events(now() - interval '90 days', 10) as removed`).toEqual([
      { removed: null },
    ]);
    expect(await owner`select prosecdef from pg_proc where proname = 'remove_old_events'`).toEqual([
      { prosecdef: true },
    ]);
  });

  it('removes old days of the audit log through the one function that may', async () => {
    await owner`alter table audit disable trigger user`;
    await owner`update audit set at = at - interval '90 days'`;
    await owner`alter table audit enable trigger user`;
    await rechain(drizzle(owner) as unknown as Database);
    await running`insert into audit (actor, action, target, outcome) values ('ada', 'c', 't', '{}')`;
    await running`insert into setting (key, value, set_by) values ('auditDays', '40', 'ada')`;
    const [day] = await running`select audit_day_to_remove()::text as told`;
    const signature = Buffer.alloc(64).toString('base64');
    await running`select remove_audit_day(${day?.told}, 'ab12cd34', ${signature})`;
    expect(await running`select day::text, key_id from audit_signature`).toHaveLength(1);
    expect(await running`select action from audit`).toEqual([{ action: 'c' }]);
    await expect(running`delete from audit`).rejects.toThrow('permission denied');
  });

  it.each(['also what was there before', 'from the beginning'])(
    'owns what the job engine needs, %s',
    async (since) => {
      if (since === 'from the beginning') {
        await owner`set role switchyard_run`;
        await owner`drop schema pgboss cascade`;
        await owner`reset role`;
        await migrate(server.url, 'switchyard_run');
      }
      const boss = new PgBoss({ connectionString: server.runtimeUrl, schedule: true, createSchema: false });
      const errors: unknown[] = [];
      boss.on('error', (error) => errors.push(error));
      await boss.start();
      await boss.createQueue('retention', { policy: 'exclusive' });
      expect(await boss.insert('retention', [{ data: {} }])).toBeDefined();
      await boss.supervise();
      await boss.stop({ graceful: false });
      expect(errors).toEqual([]);
    },
  );

  it('is limited again by every start, whatever was given to it meanwhile', async () => {
    await owner`grant update on audit to switchyard_run`;
    await migrate(server.url, 'switchyard_run');
    await expect(running`update audit set actor = 'eve'`).rejects.toThrow('permission denied');
  });

  it.each([
    ['nobody', 'there is no such role'],
    ['switchyard', 'it is the owner of the tables as well'],
    ['postgres', 'it is a superuser'],
  ])('cannot be %s', async (role, why) => {
    await expect(migrate(server.url, role)).rejects.toThrow(why);
  });
});

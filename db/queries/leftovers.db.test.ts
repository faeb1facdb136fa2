import { type SQL, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '@/db/testing/test-database';
import { LEFTOVER_NAMES, type LeftoverName, removeLeftovers } from './leftovers';

const DAYS = 90;
const open = testDatabase(2);

beforeAll(async () => {
  await open.db.execute(sql`
    insert into plan (plan_id, name, status, max_concurrency, settings, unit_id, unit_name, version, playbook_id, playbook_version,
      playbook, created_by) values ('PLN-1', 'P', 'RUNNING', 1, '{}', 'u', 'U', 'v', 'p', 1, '{}', 'op')`);
  await open.db.execute(sql`insert into auth_user (id, name, email) values ('u', 'U', 'u@example.com')`);
  await open.db.execute(sql`
    insert into webhook (webhook_id, name, url, topics, secret, created_by) values (gen_random_uuid(), 'w', 'http://w', '{}', 's', 'op')`);
});

const ago = (days: number) => sql`now() - make_interval(mins => ${Math.round(days * 24 * 60)})`;
const bulk = (ended: SQL) => sql`
  with made as (insert into bulk (bulk_id, plan_id, action, requested_by, total, ended_at)
    values (gen_random_uuid(), 'PLN-1', 'pause', 'op', 2, ${ended}) returning bulk_id)
  insert into bulk_item (bulk_id, place, task_id, tenant_id, outcome)
  select bulk_id, place, 'PLN-1.1', 't', 'done' from made, generate_series(1, 2) place`;

/** A row of each that is so many days old, how old it may be, and its table. */
const CASES: Record<LeftoverName, { table: string; days: number; add: (days: number) => SQL }> = {
  deliveries: {
    table: 'webhook_delivery',
    days: DAYS,
    add: (days) => sql`
      insert into webhook_delivery (delivery_id, webhook_id, plan_id, plan_seq, topic, payload, gave_up_at)
      select gen_random_uuid(), webhook_id, 'PLN-1', (random() * 1e9)::int, 't', '{}', ${ago(days)} from webhook`,
  },
  bulkItems: { table: 'bulk_item', days: DAYS, add: (days) => bulk(ago(days)) },
  bulks: {
    table: 'bulk',
    days: DAYS,
    add: (days) => sql`
    insert into bulk (bulk_id, plan_id, action, requested_by, total, ended_at) values (gen_random_uuid(), 'PLN-1', 'pause', 'op', 0, ${ago(days)})`,
  },
  imports: {
    table: 'tenant_import',
    days: DAYS,
    add: (days) => sql`
      insert into tenant_import (import_id, actor, at, plan_number, created, changed) values (gen_random_uuid(), 'op', ${ago(days)}, 1, 1, 0)`,
  },
  refusals: {
    table: 'refused_access',
    days: DAYS,
    add: (days) => sql`
      insert into refused_access (minute, address, action, subject) values (${ago(days)}, gen_random_uuid(), 'login.denied', 'x')`,
  },
  drift: {
    table: 'drift_check',
    days: DAYS,
    add: (days) => sql`
      insert into drift_check (tenant_id, unit_id, expected, drifted, instances, checked_at)
      values (gen_random_uuid(), 'u', 'v', true, '[]', ${ago(days)})`,
  },
  shares: {
    table: 'share',
    days: DAYS,
    add: (days) => sql`
      insert into share (plan_id, token_hash, created_by, expires_at, revoked_at)
      values ('PLN-1', gen_random_uuid(), 'op', now() + interval '1 year', ${ago(days)})`,
  },
  bindings: {
    table: 'request_binding',
    days: 30,
    add: (days) =>
      sql`insert into request_binding (request_id, fingerprint, at) values (gen_random_uuid(), 'f', ${ago(days)})`,
  },
  sessions: {
    table: 'auth_session',
    days: 1,
    add: (days) => sql`
      insert into auth_session (id, token, user_id, expires_at) values (gen_random_uuid(), gen_random_uuid(), 'u', ${ago(days)})`,
  },
  invites: {
    table: 'auth_verification',
    days: 30,
    add: (days) => sql`
      insert into auth_verification (id, identifier, value, expires_at) values (gen_random_uuid(), 'invite:x', '{}', ${ago(days)})`,
  },
  attempts: {
    table: 'auth_rate_limit',
    days: 1,
    add: (days) => sql`
      insert into auth_rate_limit (id, key, count, last_request)
      values (gen_random_uuid(), gen_random_uuid(), 1, extract(epoch from ${ago(days)}) * 1000)`,
  },
  nodes: {
    table: 'node',
    days: 1,
    add: (days) => sql`
      insert into node (node_id, host, pid, executing, slots, beat_at) values (gen_random_uuid(), 'h', 1, false, 1, ${ago(days)})`,
  },
};

describe.each(LEFTOVER_NAMES)('%s', (name) => {
  const { table, days, add } = CASES[name];
  const count = async () => (await open.db.execute(sql`select 1 from ${sql.identifier(table)}`)).length;

  it('go by their age, in batches', async () => {
    // What the removal of its items has left.
    await removeLeftovers(open.db, name, { days: DAYS, batch: 100 });
    await open.db.execute(add(days - 0.1));
    const young = await count();
    await open.db.execute(add(days + 0.1));
    await open.db.execute(add(days + 400));
    const old = (await count()) - young;
    let removed = 0;
    for (let batch = -1; batch !== 0; removed += batch) {
      batch = await removeLeftovers(open.db, name, { days: DAYS, batch: 1 });
      expect(batch).toBeLessThanOrEqual(1);
    }
    expect(removed).toBe(old);
    expect(await count()).toBe(young);
  });
});

it('leave alone what has not ended', async () => {
  await open.db.execute(bulk(sql`null`));
  await open.db.execute(sql`
    insert into share (plan_id, token_hash, created_by, created_at, expires_at) values ('PLN-1', 'open', 'op', ${ago(900)}, now() + interval '1 day')`);
  await open.db.execute(sql`
    insert into webhook_delivery (delivery_id, webhook_id, plan_id, plan_seq, topic, payload, created_at)
    select gen_random_uuid(), webhook_id, 'PLN-1', 0, 't', '{}', ${ago(900)} from webhook`);
  for (const name of LEFTOVER_NAMES)
    expect(await removeLeftovers(open.db, name, { days: DAYS, batch: 100 })).toBe(0);
});

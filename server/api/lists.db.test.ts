import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from './router';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { expectRefusal } from './testing/expect-refusal';

interface List {
  /** What tells a row from the others. */
  key: string;
  input?: object;
  /** Adds one row; `number` is different each time. */
  add(number: number): SQL;
}

const copyOfPlan = (number: number, changed: object = {}) => sql`
  insert into plan select (jsonb_populate_record(p, ${JSON.stringify({
    plan_id: `PLN-${number}`,
    number,
    request_id: null,
    ...changed,
  })}::text::jsonb)).* from plan p where plan_id = 'PLN-1'`;
const copyOfTask = (ordinal: number, changed: object = {}) => sql`
  insert into task select (jsonb_populate_record(t, ${JSON.stringify({
    task_id: `PLN-1.${ordinal}`,
    ordinal,
    tenant_id: `tenant-${ordinal}`,
    ...changed,
  })}::text::jsonb)).* from task t where task_id = 'PLN-1.1'`;
const uuid = (number: number) => sql`${`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`}::uuid`;

/** Every procedure that answers a page of a list. */
const LISTS: Record<string, List> = {
  'plans.list': { key: 'planId', add: (number) => copyOfPlan(1000 + number) },
  'tasks.list': { key: 'taskId', input: { planId: 'PLN-1' }, add: (number) => copyOfTask(1000 + number) },
  'executor.waiting': {
    key: 'taskId',
    // Those of one moment are told apart by their ids.
    add: (number) =>
      copyOfTask(2000 + number, {
        status: 'PAUSED',
        held_by: 'approval',
        started_at: number % 3 === 0 ? '2026-01-01T00:00:00Z' : `2026-01-01T00:00:00.${100_000 + number}Z`,
      }),
  },
  'tenants.list': {
    key: 'tenantId',
    add: (number) => sql`insert into tenant (tenant_id, name) values (${`listed-${number}`}, 'Listed')`,
  },
  'tenants.history': {
    key: 'to',
    input: { tenantId: 'acme-eu' },
    add: (number) => sql`insert into tenant_history (tenant_id, unit_id, to_version, actor)
      values ('acme-eu', 'edge-router', ${`v${1000 + number}`}, 'test')`,
  },
  'versions.list': {
    key: 'unitId',
    add: (number) => sql`insert into deploy_unit (unit_id, name) values (${`unit-${number}`}, 'Listed')`,
  },
  'config.export': {
    key: 'name',
    input: { kind: 'Tenant' },
    add: (number) => sql`insert into tenant (tenant_id, name) values (${`exported-${number}`}, 'Exported')`,
  },
  'versions.ofUnit': {
    key: 'version',
    input: { unitId: 'edge-router' },
    add: (number) => sql`insert into unit_version (unit_id, version, payload, format, created_by, created_at)
      values ('edge-router', ${`listed-${number}`}, '{}', 'json', 'test', '2026-01-01T00:00:00Z')`,
  },
  'playbooks.list': {
    key: 'playbookId',
    add: (number) => sql`insert into playbook (playbook_id, version, name, definition, created_by)
      select ${`book-${number}`}, version, 'Listed', '{"stages":[]}', 'test' from generate_series(1, 3) version`,
  },
  'playbooks.versions': {
    key: 'version',
    input: { playbookId: 'often-saved' },
    add: (number) => sql`insert into playbook (playbook_id, version, name, definition, created_by)
      values ('often-saved', ${number + 1}, 'Listed', '{"stages":[]}', 'test')`,
  },
  'shares.list': {
    key: 'id',
    add: (number) => sql`insert into share (id, plan_id, created_by, token_hash, expires_at)
      values (${uuid(number)}, 'PLN-1', 'test', ${`hash-${number}`}, now() + interval '1 day')`,
  },
  'audit.list': {
    key: 'id',
    input: { actor: 'lister' },
    add: (number) =>
      sql`insert into audit (actor, action, target, outcome) values ('lister', 'test', ${`${number}`}, '{}')`,
  },
  'audit.summaries': {
    key: 'day',
    add: (number) =>
      sql`insert into audit_summary (day, summary) values ('2020-01-01'::date + ${number}::int, 'listed')`,
  },
  'audit.refused': {
    key: 'address',
    // Of one minute, mostly.
    add: (number) => sql`insert into refused_access (minute, address, action, subject)
      values (${number % 4 === 0 ? '2026-01-01T00:01:00Z' : '2026-01-01T00:00:00Z'}, ${`198.51.100.${number}`}, 'login.denied', 'x')`,
  },
  'fleet.matrix': {
    key: 'tenantId',
    input: { unitId: 'matrix-unit' },
    add: (
      number,
    ) => sql`with made as (insert into tenant (tenant_id, name) values (${`matrix-${number}`}, 'Listed') returning tenant_id)
      insert into tenant_unit (tenant_id, unit_id, unit_name, current_version)
      select tenant_id, 'matrix-unit', 'Unit', 'v1' from made`,
  },
  'members.list': {
    key: 'userId',
    add: (number) => sql`insert into auth_user (id, name, email, role)
      values (${`user-${number}`}, 'Listed', ${`${number}@example.com`}, 'viewer')`,
  },
  'members.invites': {
    key: 'inviteId',
    add: (number) => sql`insert into auth_verification (id, identifier, value, expires_at)
      values (${`invite-${number}`}, ${`invite:${number}`}, '{"email":"a@example.com","role":"viewer","invitedBy":"test"}',
        now() + interval '1 day')`,
  },
  'apiKeys.list': {
    key: 'id',
    add: (number) => sql`insert into api_key (id, name, role, created_by, hash, prefix)
      values (${uuid(number)}, 'Listed', 'viewer', 'test', ${`hash-${number}`}, 'swy_listed')`,
  },
  'notifications.list': {
    key: 'webhookId',
    add: (number) => sql`insert into webhook (webhook_id, name, url, topics, secret, created_by)
      values (${uuid(number)}, ${number % 2 ? 'Same' : `Hook ${number}`}, 'http://127.0.0.1:9', '{planFinished}', 'sealed', 'test')`,
  },
  'notifications.deliveries': {
    key: 'deliveryId',
    // Many come from one commit, at one time.
    add: (
      number,
    ) => sql`insert into webhook_delivery (delivery_id, webhook_id, plan_id, plan_seq, topic, payload, created_at)
      values (${uuid(number)}, (select min(webhook_id::text)::uuid from webhook), ${`PLN-${number}`}, ${number % 2}, 'planFinished', '{}', '2026-01-01T00:00:00.123456Z')`,
  },
  'freezes.list': {
    key: 'freezeId',
    add: (number) => sql`insert into "freeze" (freeze_id, name, "window", created_by)
      values (${uuid(number)}, 'Listed', '{"kind":"once","from":"2020-01-01T00:00:00Z","to":"2020-01-02T00:00:00Z"}', 'test')`,
  },
};

/** These are no pages: what they answer is whole. */
const WHOLE = ['tenants.labels', 'tenants.select', 'executor.nodes', 'settings.get'];

const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { type: string; inputs: { def?: { innerType?: object } }[] } }
>;

interface Answer {
  items: Record<string, unknown>[];
  total: number;
  next: string | null;
}

const server = testApiServer();
let number = 0;

afterAll(async () => {
  expect(server.errors).toEqual([]);
});

async function page(name: string, input: object): Promise<Answer> {
  const { error, data } = await query(server.url, server.adminKey, name, { ...LISTS[name]?.input, ...input });
  expect(error, name).toBeNull();
  return data as Answer;
}

const add = (list: List) => {
  number += 1;
  return server.db.execute(list.add(number));
};

describe.each(Object.entries(LISTS))('%s', (name, list) => {
  const keysOf = (items: Answer['items']) => items.map((one) => one[list.key]);

  it('gives every row once and in order, whatever is added meanwhile', async () => {
    for (let row = 0; row < 7; row += 1) await add(list);
    const whole = await page(name, { limit: 500 });
    const before = keysOf(whole.items);
    expect(before.length).toBeGreaterThanOrEqual(7);
    expect(new Set(before).size).toBe(before.length);
    expect(before).not.toContain(undefined);
    expect(whole).toMatchObject({ total: before.length, next: null });

    const walked: unknown[] = [];
    let added = 0;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const part: Answer = await page(name, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      expect(part.total).toBe(before.length + added);
      expect(part.items.length).toBe(part.next === null ? part.items.length : 2);
      walked.push(...keysOf(part.items));
      cursor = part.next;
      if (added === 3) continue;
      await add(list);
      added += 1;
    }
    expect(new Set(walked).size).toBe(walked.length);
    expect(walked.filter((key) => before.includes(key))).toEqual(before);
  });

  it.each([
    ['no cursor at all', 'what is this'],
    ['too little in it', Buffer.from('[]').toString('base64url')],
    ['something else in it', Buffer.from('[{},{},{}]').toString('base64url')],
    ['no JSON in it', Buffer.from('[').toString('base64url')],
  ])('refuses a cursor with %s', async (_name, cursor) => {
    const answer = await query(server.url, server.adminKey, name, { ...list.input, cursor });
    expectRefusal(answer, 400, 'cursor', /is not the `next` of a page of this list/);
  });

  it('tells the same total on every page', async () => {
    await add(list);
    const { next } = await page(name, { limit: 1 });
    expect(next).not.toBeNull();
    const { total } = await page(name, { limit: 1, cursor: next });
    const rest = await page(name, { limit: 500, cursor: next });
    expect(rest).toMatchObject({ total, next: null });
    expect(rest.items).toHaveLength(total - 1);
  });
});

describe('what is asked of the tenants', () => {
  const ids = async (input: object) => (await page('tenants.list', input)).items.map((one) => one.tenantId);

  beforeAll(async () => {
    await server.db.execute(sql`insert into tenant (tenant_id, name, labels) values
      ('asked-1', 'Asked', '{"asked":"a","of":"x"}'), ('asked-2', 'Asked', '{"asked":"b","of":"x"}'),
      ('asked-3', '100% asked', '{"asked":"c","of":"y"}')`);
    await server.db.execute(sql`insert into tenant_unit (tenant_id, unit_id, unit_name, current_version)
      values ('asked-1', 'u', 'U', 'v2'), ('asked-2', 'u', 'U', 'v2')`);
    // What was found of an older version says nothing.
    await server.db.execute(sql`insert into drift_check (tenant_id, unit_id, expected, drifted, instances)
      values ('asked-1', 'u', 'v2', true, '[]'), ('asked-2', 'u', 'v1', true, '[]')`);
  });

  it.each<[object, string[]]>([
    [{ labels: { asked: 'b' } }, ['asked-2']],
    [{ labels: { asked: ['a', 'b'] } }, ['asked-1', 'asked-2']],
    [{ labels: { asked: ['a', 'b', 'c'], of: 'y' } }, ['asked-3']],
    [{ labels: { asked: [] } }, []],
    [{ q: 'ASKED-1' }, ['asked-1']],
    [{ q: '100% a' }, ['asked-3']],
    [{ q: 'a_ked' }, []],
    [{ labels: { of: 'x' }, drifted: true }, ['asked-1']],
    [{ labels: { of: 'x' }, drifted: false }, ['asked-2']],
    [{ q: 'asked', on: { unitId: 'u', version: 'v2' } }, ['asked-1', 'asked-2']],
    [{ q: 'asked', notOn: { unitId: 'u', version: 'v2' } }, ['asked-3']],
    [{ q: 'asked', notOn: { unitId: 'u', version: 'v1' } }, ['asked-1', 'asked-2', 'asked-3']],
  ])('is looked for over all of them: %o', async (input, found) => {
    expect(await ids({ ...input, limit: 10 })).toEqual(found);
    const chosen = await query(server.url, server.adminKey, 'tenants.select', input);
    expect(chosen.data).toEqual(found);
    const { total } = await page('tenants.list', { ...input, limit: 1 });
    expect(total).toBe(found.length);
  });

  it.each<[object, string[]]>([
    [{ by: 'tenantId', descending: true }, ['asked-3', 'asked-2', 'asked-1']],
    [{ by: 'name' }, ['asked-3', 'asked-1', 'asked-2']],
    [{ by: 'name', descending: true }, ['asked-2', 'asked-1', 'asked-3']],
    [{ by: 'endpoints' }, ['asked-1', 'asked-2', 'asked-3']],
    [{ by: 'updatedAt' }, ['asked-1', 'asked-2', 'asked-3']],
  ])('is read in another order, page by page: %o', async (sort, found) => {
    const walked: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const part = await page('tenants.list', { q: 'asked', sort, limit: 1, ...(cursor && { cursor }) });
      walked.push(...part.items.map((one) => one.tenantId));
      cursor = part.next;
    }
    expect(walked).toEqual(found);
  });

  it('goes on only in the order it began in', async () => {
    const { next } = await page('tenants.list', { q: 'asked', sort: { by: 'name' }, limit: 1 });
    const asked = { q: 'asked', cursor: next };
    const answer = await query(server.url, server.adminKey, 'tenants.list', asked);
    expectRefusal(answer, 400, 'cursor', /is not the `next` of a page of this list/);
  });

  it('is counted', async () => {
    const { data } = await query(server.url, server.adminKey, 'tenants.counts');
    const { total } = await page('tenants.list', { limit: 1 });
    const { total: drifted } = await page('tenants.list', { limit: 1, drifted: true });
    expect(data).toEqual({ total, drifted });
  });
});

it('has the newest versions of a unit with it, and says how many there are', async () => {
  await server.db.execute(sql`insert into unit_version (unit_id, version, payload, format, created_by, created_at)
    select 'edge-router', 'old-' || n, '{}', 'json', 'test', '2025-01-01T00:00:00Z' from generate_series(1, 120) n`);
  const units = (await page('versions.list', { limit: 1000 })).items as {
    unitId: string;
    versions: { version: string }[];
    versionsTotal: number;
  }[];
  const whole = await page('versions.ofUnit', { limit: 1000 });
  const unit = units.find(({ unitId }) => unitId === 'edge-router');
  expect(unit?.versions).toEqual(whole.items.slice(0, 100));
  expect(unit?.versionsTotal).toBe(whole.total);
  expect(whole.items.length).toBe(whole.total);
  expect(units.find(({ versions }) => versions.length === 0)?.versionsTotal).toBe(0);
});

describe('events', () => {
  beforeAll(async () => {
    const { error } = await mutate(server.url, server.key, 'tasks.cancel', { taskId: 'PLN-1.24' });
    expect(error).toBeNull();
  });

  it.each([
    ['plans.events', { planId: 'PLN-1' }],
    ['tasks.events', { taskId: 'PLN-1.24' }],
  ])('of %s tell whether more follow', async (name, of) => {
    const read = async (input: object) =>
      (await query(server.url, server.adminKey, name, { ...of, ...input })).data as {
        events: { planSeq: number }[];
        more: boolean;
      };
    const all = await read({ limit: 1000 });
    expect(all.events.length).toBeGreaterThan(1);
    expect(all.more).toBe(false);
    expect(await read({ limit: all.events.length })).toEqual(all);
    const first = await read({ limit: 1 });
    expect(first).toEqual({ events: all.events.slice(0, 1), more: true });
    const rest = await read({ after: first.events[0]?.planSeq });
    expect(rest).toEqual({ events: all.events.slice(1), more: false });
  });
});

describe('the lists', () => {
  it('are all of this table, or are known to answer everything', () => {
    const lists = Object.keys(procedures).filter((name) => /(\.|[a-z])(list|List)$/.test(name));
    expect(lists.filter((name) => !(name in LISTS))).toEqual([]);
    const paged = Object.entries(procedures)
      .filter(([, { _def }]) =>
        _def.inputs.some((input) => JSON.stringify(shapeOf(input)).includes('"cursor"')),
      )
      .map(([name]) => name);
    expect(paged.sort()).toEqual(Object.keys(LISTS).sort());
    for (const name of WHOLE) expect(paged).not.toContain(name);
  });
});

function shapeOf(input: { def?: { innerType?: object } }): string[] {
  const inner = (input.def?.innerType ?? input) as { shape?: object; def?: { in?: { shape?: object } } };
  // What depends on more than one field is decided after the object is read.
  const { shape } = inner.def?.in ?? inner;
  return Object.keys(shape ?? {});
}

import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAsMade } from '@/db/queries/planning';
import { eventsRemovedAt, planSummary, removeOldEvents } from '@/db/queries/retention';
import { preparePlan } from '@/server/commands/prepare-plan';
import { postgresCheckpoints } from '@/server/executor/checkpoints/postgres';
import { Harness } from '@/server/executor/testing/harness';
import { createAuditSigner } from '@/server/security/audit-signer';
import { retentionJob } from './retention';

const DAYS = 90;
const tenants = ['a', 'b', 'c'];
const notAborted = new AbortController().signal;

let harness: Harness;
let old: string;
let recent: string;
let open: string;
beforeAll(async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: tenants.map((tenantId) => ({ tenantId, instances: 1 })) },
  });
  await harness.startExecutor();
  harness.fleet.setFault('c', { kind: 'fail', times: 1 });
  old = await ended('v2', 'PARTIAL_FAILED');
  await endedAgo(old, 91);
  recent = await ended('v3', 'COMPLETED', ['a', 'b']);
  await endedAgo(recent, 89);
  open = await harness.createPlan({ version: 'v2' });
});
afterAll(() => harness.close());

async function ended(version: string, status: string, tenantIds = tenants): Promise<string> {
  const planId = await harness.createPlan({ version, tenantIds });
  await harness.startPlan(planId);
  await harness.until(planId, status);
  return planId;
}

/** The clock cannot be turned, so the end is. */
async function endedAgo(planId: string, days: number): Promise<void> {
  await harness.db.execute(
    sql`update plan set ended_at = now() - make_interval(days => ${days}) where plan_id = ${planId}`,
  );
}

async function rows(table: string): Promise<number> {
  const [row] = await harness.db.execute<{ n: number }>(
    sql`select count(*)::int as n from ${sql.identifier(table)}`,
  );
  return row?.n ?? -1;
}

const job = (batch = 7) =>
  retentionJob({
    db: harness.db,
    log: pino({ level: 'silent' }),
    auditSigner: createAuditSigner([Buffer.alloc(32, 7)]),
    stageData: postgresCheckpoints(harness.db),
    days: DAYS,
    batch,
  }).run({}, notAborted);

const plainDelete = () => harness.db.execute(sql`delete from event where plan_id = ${old}`);

describe('the retention', () => {
  it('refuses to be gone round: nobody else deletes or changes an event', async () => {
    await expect(plainDelete()).rejects.toMatchObject({ cause: { message: 'event is append-only' } });
    await expect(harness.db.execute(sql`update event set message = 'x'`)).rejects.toThrow();
    await expect(harness.db.execute(sql`truncate event`)).rejects.toThrow();
  });

  it('removes batch by batch, and nothing more may be deleted even right after a batch', async () => {
    const before = (await harness.events(old)).length;
    // In one statement with the batch: the permission ends with the function, not with the transaction.
    await expect(
      harness.db.execute(sql`
        with batch as materialized (select remove_old_events(now() - make_interval(days => ${DAYS}), 5) as n),
        rest as (delete from event where plan_id = ${old} and (select n from batch) = 5 returning 1)
        select count(*) from rest`),
    ).rejects.toMatchObject({ cause: { message: 'event is append-only' } });
    expect((await harness.events(old)).length).toBe(before);

    expect(await removeOldEvents(harness.db, DAYS, 5)).toBe(5);
    await expect(plainDelete()).rejects.toThrow();
    expect((await harness.events(old)).length).toBe(before - 5);
    expect(await eventsRemovedAt(harness.db, old, 0)).toBeNull();
  });

  it('keeps a summary, the tasks, the snapshots and the audit, and leaves younger and open plans alone', async () => {
    const kept = { task: await rows('task'), snapshot: await rows('snapshot'), audit: await rows('audit') };
    const young = (await harness.events(recent)).length;
    await job();
    expect(await harness.events(old)).toEqual([]);
    expect((await harness.events(recent)).length).toBe(young);
    expect((await harness.events(open)).length).toBeGreaterThan(0);
    expect({
      task: await rows('task'),
      snapshot: await rows('snapshot'),
      audit: await rows('audit'),
    }).toEqual(kept);
    expect(await planSummary(harness.db, recent)).toMatchObject({ summary: null, eventsRemovedAt: null });

    const told = await planSummary(harness.db, old);
    expect(told?.eventsRemovedAt).toBeInstanceOf(Date);
    expect(told?.summary).toMatchObject({
      tasks: { COMPLETED: 2, FAILED: 1 },
      events: { TaskCompleted: 2, TaskFailed: 1, PlanPartiallyFailed: 1 },
      failures: [
        { stage: 'Config', step: 'send', errorType: 'BUSINESS', code: 'HTTP_500', count: 1, tenants: ['c'] },
      ],
      actors: ['op'],
      firstEventAt: expect.any(String),
      lastEventAt: expect.any(String),
    });
    expect(told?.summary?.stages.map(({ stage, count, direction }) => [stage, count, direction])).toEqual([
      ['Config', 2, 'forward'],
      ['Reload', 2, 'forward'],
      ['Health', 2, 'forward'],
    ]);
    for (const { p50Millis, p95Millis } of told?.summary?.stages ?? [])
      expect(p95Millis).toBeGreaterThanOrEqual(p50Millis);
    expect(await eventsRemovedAt(harness.db, old, 0)).toBeInstanceOf(Date);
    expect(await removeOldEvents(harness.db, DAYS, 5)).toBeNull();
  });

  it('lets a plan be opened again, keeps what happens then, and summarises it when it is old in turn', async () => {
    await harness.task(`${old}.3`, 'retry', { fromCheckpoint: true });
    await harness.until(old, 'COMPLETED');
    const events = await harness.events(old);
    expect(events.map(({ kind }) => kind)).toContain('TaskCompleted');
    // Ended only just now, whatever was before.
    await job();
    expect((await harness.events(old)).length).toBe(events.length);
    await endedAgo(old, 91);
    await job();
    expect(await harness.events(old)).toEqual([]);
    const told = await planSummary(harness.db, old);
    expect(told?.summary?.events.TaskCompleted).toBe(1);
    expect(told?.summary?.earlier?.events.TaskCompleted).toBe(2);
  });

  it('is done once however many processes try', async () => {
    await endedAgo(recent, 91);
    await Promise.all([job(), job(), job()]);
    await job();
    expect(await harness.events(recent)).toEqual([]);
    expect((await planSummary(harness.db, recent))?.summary?.events.TaskCompleted).toBe(2);
  });
});

describe('snapshots that nothing names', () => {
  /** Where a snapshot can be named: by a task or by a tenant. */
  const NAMERS = {
    'a task as its target': (id: string, tenantId: string) =>
      sql`update task set target_snapshot_id = ${id}::uuid where plan_id = ${recent} and tenant_id = ${tenantId}`,
    'a task as what was before': (id: string, tenantId: string) =>
      sql`update task set previous_snapshot_id = ${id}::uuid where plan_id = ${recent} and tenant_id = ${tenantId}`,
    'a tenant as what it runs': (id: string, tenantId: string) =>
      sql`update tenant_unit set current_snapshot_id = ${id}::uuid where tenant_id = ${tenantId}`,
    'a tenant as what was last good': (id: string, tenantId: string) =>
      sql`update tenant_unit set last_known_good_snapshot_id = ${id}::uuid where tenant_id = ${tenantId}`,
  };

  /** One more snapshot of the tenant, made so long ago. */
  async function made(tenantId: string, minutesAgo: number): Promise<string> {
    const [row] = await harness.db.execute<{ id: string }>(sql`
      insert into tenant_snapshot select (jsonb_populate_record(s, jsonb_build_object('snapshot_id', gen_random_uuid(),
        'used_at', now() - make_interval(mins => ${minutesAgo})))).*
      from tenant_snapshot s where s.snapshot_id = (select snapshot_id from snapshot where tenant_id = ${tenantId} limit 1)
      returning snapshot_id as id`);
    return row?.id ?? '';
  }

  async function left(): Promise<Set<string>> {
    const ids = await harness.db.execute<{ id: string }>(sql`select snapshot_id as id from snapshot`);
    return new Set(ids.map(({ id }) => id));
  }

  it('are removed after an hour, in whatever batches, and all others stay', async () => {
    const named: string[] = [];
    const [young, old]: [string[], string[]] = [[], []];
    for (const tenantId of ['a', 'b']) {
      for (const name of Object.values(NAMERS)) {
        const id = await made(tenantId, 600);
        await harness.db.execute(name(id, tenantId));
        named.push(id);
      }
      for (let count = 0; count < 10; count += 1) {
        young.push(await made(tenantId, 59));
        old.push(await made(tenantId, 61));
      }
    }
    const before = await left();
    await job(3);
    const after = await left();
    for (const id of [...named, ...young]) expect(after).toContain(id);
    for (const id of old) expect(after).not.toContain(id);
    // What the tasks had before may have lost its name when it was given to another.
    expect(before.size - after.size).toBeGreaterThanOrEqual(old.length);
    await job();
    expect(await left()).toEqual(after);
  });

  it('are what a creation leaves that was killed half-way, and no plan misses them', async () => {
    const before = await left();
    const request = {
      name: 'Killed',
      tenantIds: tenants,
      unitId: 'app',
      version: 'v3',
      playbookId: 'blue-green',
      maxConcurrency: 1,
      settings: {},
      sources: {},
    };
    const units = await harness.db.execute<{ unitId: string; playbookId: string }>(
      sql`select unit_id, playbook_id from plan where plan_id = ${open}`,
    );
    const { unitId = '', playbookId = '' } = units[0] ?? {};
    await preparePlan(harness.db, { ...request, unitId, playbookId } as never, (configurations) =>
      insertAsMade(harness.db, configurations),
    );
    // Two of the three have it frozen already.
    expect((await left()).size).toBe(before.size + 1);
    await job();
    expect((await left()).size).toBe(before.size + 1);
    for (const id of await left())
      if (!before.has(id))
        await harness.db.execute(
          sql`update tenant_snapshot set used_at = now() - interval '2 hours' where snapshot_id = ${id}::uuid`,
        );
    await job();
    expect(await left()).toEqual(before);
  });
});

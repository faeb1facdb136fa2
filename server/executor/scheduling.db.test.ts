import { type SQL, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { Hold } from '@/demo/fleet/testing/hold';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

const TENANTS = 200;
const UNSET = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null };
const name = (index: number) => `t${String(index + 1).padStart(3, '0')}`;

/** From when to when a task ran, by one of the two witnesses: the fleet's own log, or the event table. */
interface Span {
  taskId: string;
  planId: string;
  tenantId: string;
  from: number;
  to: number;
}

/** How many spans overlapped at most. One that ends where another begins does not overlap it. */
function mostAtOnce(spans: readonly Span[]): number {
  const edges = spans.flatMap(({ from, to }) => [
    { at: from, change: 1 },
    { at: to, change: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  return edges.reduce((most, { change }) => {
    now += change;
    return Math.max(most, now);
  }, 0);
}

function grouped<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

function fleetSpans(): Span[] {
  const byTask = grouped(
    harness.fleet.requests.filter((request) => request.task !== null),
    (request) => request.task ?? '',
  );
  return [...byTask].map(([taskId, requests]) => ({
    taskId,
    planId: taskId.slice(0, taskId.lastIndexOf('.')),
    tenantId: requests[0]?.tenantId ?? '',
    from: Math.min(...requests.map((request) => request.startedAt)),
    to: Math.max(...requests.map((request) => request.endedAt)),
  }));
}

/** A task's time with its tenant, as the event table has it. Times are the database's, in microseconds. */
interface Run {
  taskId: string;
  planId: string;
  tenantId: string;
  ordinal: number;
  /** The same for what one statement stored. */
  batch: string;
  /** What it was chosen on was read before this. */
  chosen: number;
  stored: number;
  completed: number;
  /** Stored together with the release of the tenant. */
  released: number;
  /** From here on every reading shows the tenant as free: its plan's next change had waited for the release. */
  shown: number;
}

/** When an event was decided on says little about what came first between two plans: that is when it was stored. */
async function keepStoredTimes(): Promise<void> {
  await harness.db.execute(
    sql`alter table event add column stored_at timestamptz not null default clock_timestamp()`,
  );
}

async function runs(): Promise<Run[]> {
  const micros = (at: SQL) => sql`(extract(epoch from ${at}) * 1000000)::float8`;
  return [
    ...(await harness.db.execute<Run & Record<string, unknown>>(sql`
      select s.task_id as "taskId", s.plan_id as "planId", s.tenant_id as "tenantId", t.ordinal, s.xmin::text as batch,
        ${micros(sql`s.at`)} as chosen, ${micros(sql`s.stored_at`)} as stored,
        ${micros(sql`e.at`)} as completed, ${micros(sql`e.stored_at`)} as released,
        (select coalesce(${micros(sql`min(n.stored_at)`)}, 'infinity') from event n
         where n.plan_id = e.plan_id and n.plan_seq > e.plan_seq and n.xmin <> e.xmin) as shown
      from event s join task t on t.task_id = s.task_id
      join event e on e.task_id = s.task_id and e.kind = 'TaskCompleted'
      where s.kind = 'TaskStarted' order by s.plan_id, s.plan_seq`)),
  ];
}

const spanOf = ({ taskId, planId, tenantId, chosen, completed }: Run): Span => ({
  taskId,
  planId,
  tenantId,
  from: chosen,
  to: completed,
});

/** Most tasks of a plan between start and end, counted along the plan's own gapless numbering. */
async function mostByEvents(planId: string): Promise<number> {
  let now = 0;
  return (await harness.events(planId)).reduce((most, { kind }) => {
    if (kind === 'TaskStarted') now += 1;
    if (kind === 'TaskCompleted') now -= 1;
    return Math.max(most, now);
  }, 0);
}

/**
 * Started tasks of one plan that went before one with a lower ordinal. That is right only where the lower one's tenant
 * was taken by another plan, and once it was free the task must be in the very next choice: at most the one batch that
 * was being chosen at that moment may still have gone before it.
 */
function unfair(planId: string, all: readonly Run[]): string[] {
  const complaints: string[] = [];
  const own = all.filter((run) => run.planId === planId);
  for (const [index, late] of own.entries()) {
    const ahead = own.slice(0, index).filter((one) => one.ordinal > late.ordinal);
    const first = ahead[0];
    if (!first) continue;
    const holder = all.find(
      (one) => one.tenantId === late.tenantId && one.planId !== planId && one.released <= late.stored,
    );
    if (!holder || (holder.stored > first.stored && holder.batch !== first.batch)) {
      complaints.push(`${late.taskId} was overtaken by ${first.taskId} although its tenant was free`);
      continue;
    }
    const afterwards = new Set(ahead.filter((one) => one.chosen > holder.shown).map((one) => one.batch));
    afterwards.delete(late.batch);
    if (afterwards.size > 1) complaints.push(`${late.taskId} lost its place when its tenant was free again`);
  }
  return complaints;
}

describe('a fleet of 200 tenants', () => {
  it('keeps every plan to its limit, every tenant to one task, and everybody in line', async () => {
    harness = await Harness.start({
      fleet: {
        version: 'v1',
        tenants: Array.from({ length: TENANTS }, (_, index) => ({
          tenantId: name(index),
          instances: 1,
        })),
      },
    });
    await keepStoredTimes();
    await harness.startExecutor();
    // Both units are on the same instances, which tell the version of whatever came last.
    const settings = { ...UNSET, driftGuard: false };
    const wide = await harness.createPlan({ maxConcurrency: 20, settings });
    const shared = Array.from({ length: TENANTS / 2 }, (_, index) => name(index * 2));
    const narrow = await harness.createPlan({
      ...{ unitId: 'cache', version: 'v3', tenantIds: shared, maxConcurrency: 8 },
      settings,
    });
    // Nobody goes on before both plans have as many under way as they may: more must not come while they wait.
    const hold = Hold.on(harness.fleet);
    const busy = (planId: string) => [...hold.tasks].filter((task) => task.startsWith(`${planId}.`)).length;
    await harness.startPlan(wide);
    await hold.until(() => busy(wide) === 20);
    await harness.startPlan(narrow);
    await hold.until(() => busy(narrow) === 8);
    hold.release();
    await harness.until(wide, 'COMPLETED');
    await harness.until(narrow, 'COMPLETED');

    const starts = await runs();
    const spans = starts.map(spanOf);
    const seen = fleetSpans();
    // Both witnesses saw the same tasks on the same tenants.
    const told = (all: readonly Span[]) => all.map((span) => `${span.taskId} ${span.tenantId}`).sort();
    expect(told(seen)).toEqual(told(spans));
    expect(spans).toHaveLength(TENANTS + shared.length);
    // What only asks may be asked again, as the drift guard does.
    const changes = harness.fleet.requests.filter((request) => request.method !== 'GET');
    const calls = grouped(changes, (request) => `${request.task} ${request.path}`);
    expect([...calls.values()].filter((same) => same.length !== 1)).toEqual([]);

    for (const [planId, limit] of [
      [wide, 20],
      [narrow, 8],
    ] as const) {
      // The limit was reached, or this test would show nothing, and never passed.
      expect(await mostByEvents(planId)).toBe(limit);
      expect(mostAtOnce(seen.filter((span) => span.planId === planId))).toBe(limit);
      expect(unfair(planId, starts)).toEqual([]);
    }

    const both = [...grouped(spans, (span) => span.tenantId)].filter(([, one]) => one.length === 2);
    expect(both.map(([tenantId]) => tenantId).sort()).toEqual(shared);
    const inFleet = grouped(seen, (span) => span.tenantId);
    const order = (all: readonly Span[]) =>
      [...all].sort((a, b) => a.from - b.from).map((span) => span.taskId);
    for (const [tenantId, ofTenant] of both) {
      expect(mostAtOnce(ofTenant), tenantId).toBe(1);
      expect(mostAtOnce(inFleet.get(tenantId) ?? []), tenantId).toBe(1);
      expect(order(inFleet.get(tenantId) ?? [])).toEqual(order(ofTenant));
    }
    // Tenants did get in each other's way: somebody was skipped and came later.
    const skipped = starts.filter((late, index) =>
      starts.slice(0, index).some((one) => one.planId === late.planId && one.ordinal > late.ordinal),
    );
    expect(skipped.length).toBeGreaterThan(0);
    expect([...(await harness.db.execute(sql`select * from tenant_run`))]).toEqual([]);
  });
});

describe('with concurrency 1', () => {
  it('goes strictly by ordinal, and a busy head blocks the plan', async () => {
    const tenants = [0, 1, 2, 3].map((index) => ({ tenantId: name(index), instances: 1 }));
    harness = await Harness.start({ fleet: { version: 'v1', tenants } });
    await keepStoredTimes();
    await harness.startExecutor();
    // Another plan has the second tenant, paused in the middle: it keeps it.
    const holder = await harness.createPlan({ version: 'v3', tenantIds: [name(1)] });
    const hold = Hold.on(harness.fleet);
    await harness.startPlan(holder);
    await hold.until();
    await harness.task(`${holder}.1`, 'pause');
    hold.release();
    await harness.until(`${holder}.1`, 'PAUSED');

    const planId = await harness.createPlan({ maxConcurrency: 1 });
    await harness.startPlan(planId);
    await harness.until(`${planId}.1`, 'COMPLETED');
    await harness.task(`${holder}.1`, 'resume');
    await harness.until(planId, 'COMPLETED');

    const all = await runs();
    const own = all.filter((run) => run.planId === planId);
    expect(own.map((run) => run.ordinal)).toEqual([1, 2, 3, 4]);
    expect(await mostByEvents(planId)).toBe(1);
    const held = all.find((run) => run.planId === holder);
    expect(own[1]?.stored).toBeGreaterThanOrEqual(held?.released ?? Number.POSITIVE_INFINITY);
    expect(mostAtOnce(fleetSpans().filter((span) => span.planId === planId))).toBe(1);
  });
});

describe('newest wins', () => {
  it('cancels what an older plan has not started, and keeps it from being started, retried or taken back', async () => {
    const tenants = [0, 1].map((index) => ({ tenantId: name(index), instances: 1 }));
    harness = await Harness.start({ fleet: { version: 'v1', tenants } });
    await harness.startExecutor();
    const older = await harness.createPlan();
    const newer = await harness.createPlan({ version: 'v3', tenantIds: [name(1)] });
    await harness.startPlan(newer);
    await harness.until(newer, 'COMPLETED');
    await harness.startPlan(older);
    await harness.until(older, 'COMPLETED');
    expect([await harness.statusOf(`${older}.1`), await harness.statusOf(`${older}.2`)]).toEqual([
      'COMPLETED',
      'CANCELLED',
    ]);
    await expect(harness.task(`${older}.2`, 'retry')).rejects.toThrow('A newer plan owns this tenant');
    await expect(harness.task(`${older}.2`, 'rollback')).rejects.toThrow();
    expect([await harness.fleet.versions(name(0)), await harness.fleet.versions(name(1))]).toEqual([
      ['v2'],
      ['v3'],
    ]);
  });
});

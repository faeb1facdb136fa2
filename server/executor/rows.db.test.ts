import { getTableColumns, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, expectTypeOf, it } from 'vitest';
import type { PlanRow } from '@/db/queries/plan-views';
import { PLAN_STATE, readPlan, readTask, TASK_STATE } from '@/db/queries/runs';
import * as auth from '@/db/schema/auth';
import * as catalogue from '@/db/schema/catalogue';
import * as imports from '@/db/schema/imports';
import * as notify from '@/db/schema/notify';
import * as run from '@/db/schema/run';
import type { PlanState } from '@/domain/plan';
import type { TaskState } from '@/domain/task';
import type { PlanView } from '@/domain/view/plan-view';
import { Harness } from './testing/harness';

let harness: Harness;
let planId: string;
beforeAll(async () => {
  harness = await Harness.start({ fleet: { version: 'v1', tenants: [{ tenantId: 'a', instances: 1 }] } });
  await harness.startExecutor();
  planId = await harness.createPlan();
  await harness.startPlan(planId);
  await harness.until(planId, 'COMPLETED');
});
afterAll(() => harness.close());

const tables = Object.entries({ ...auth, ...catalogue, ...imports, ...notify, ...run }).flatMap(
  ([name, table]) => (is(table, PgTable) ? [{ name, table }] : []),
);

/** What a column of this kind comes as, by Drizzle's word for it. */
const typeOf = (value: unknown) =>
  value instanceof Date ? 'date' : Array.isArray(value) ? 'array' : typeof value;

it.each(tables)(
  'a row of $name that a statement by hand reads is what the schema says',
  async ({ table }) => {
    const columns = getTableColumns(table);
    const rows = await harness.db.execute(sql`select * from ${table}`);
    expect(rows.columns.map(({ name }) => name).sort()).toEqual(Object.keys(columns).sort());
    for (const row of rows)
      for (const [name, { dataType, notNull }] of Object.entries(columns))
        if (notNull || row[name] !== null)
          if (dataType !== 'json') expect(typeOf(row[name]), name).toBe(dataType);
  },
);

it('a state and a view have no column that the domain does not know', () => {
  expectTypeOf<keyof typeof TASK_STATE>().toEqualTypeOf<keyof TaskState>();
  expectTypeOf<keyof typeof PLAN_STATE>().toEqualTypeOf<keyof PlanState>();
  expectTypeOf<Exclude<keyof PlanRow, 'planSeq' | 'settings' | 'playbook'>>().toExtend<keyof PlanView>();
});

it('reads a task and a plan with what is claimed of them', async () => {
  const task = await readTask(harness.db, `${planId}.1`);
  expect(task).toMatchObject({
    now: expect.any(Date),
    revision: expect.any(Number),
    planRevision: expect.any(Number),
  });
  expect(task?.task).toMatchObject({
    startedAt: expect.any(Date),
    durationMillis: expect.any(Number),
    stages: expect.any(Array),
    targetVersion: 'v2',
  });
  expect(Object.keys(task?.task ?? {}).sort()).toEqual(Object.keys(TASK_STATE).sort());
  const plan = await readPlan(harness.db, planId);
  expect(Object.keys(plan?.plan ?? {}).sort()).toEqual(Object.keys(PLAN_STATE).sort());
  expect(plan).toMatchObject({
    counts: { byStatus: { COMPLETED: 1 } },
    facts: { lastEndedInWave: expect.any(Date) },
  });
});

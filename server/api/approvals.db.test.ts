import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Decider } from '@/db/queries/waiting';
import { readWaiting } from '@/db/queries/waiting';
import { type Approver, type OpenApproval, whyNotApprove } from '@/domain/approval';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { type Person, signedIn } from './testing/people';

const server = testApiServer();
const TENANTS = ['acme-eu', 'acme-us'];

let ann: Person;
let bob: Person;
let ada: Person;
beforeAll(async () => {
  [ann, bob, ada] = await Promise.all([
    signedIn(server, 'Ann'),
    signedIn(server, 'Bob'),
    signedIn(server, 'Ada', 'admin'),
  ]);
});
afterEach(async () => {
  // Whoever still waits keeps their tenant from the next plan.
  for (const planId of made.splice(0)) {
    await mutate(server.url, server.key, 'plans.cancel', { planId });
    await ended(planId);
  }
  expect(server.errors).toEqual([]);
});

const made: string[] = [];
let count = 0;
/** A plan that `by` made, and whose tenants all wait for this approval. */
async function waiting(
  approval: object,
  by: Pick<Person, 'mutate'> = ann,
  stages = ['Sign off'],
): Promise<string> {
  count += 1;
  const playbookId = `signed-${count}`;
  const steps = [{ name: 'ask', type: 'approval', instructions: 'Look at the errors.', ...approval }];
  const definition = { stages: stages.map((name) => ({ name, steps })) };
  const version = { unitId: 'edge-router', version: `signed-${count}` };
  const ask = async (procedure: string, input: object) => {
    const { data, error } = await by.mutate(procedure, input);
    expect(error).toBeNull();
    return data as { planId: string };
  };
  await ask('playbooks.save', { playbookId, name: 'Signed', definition });
  await ask('versions.create', { ...version, payload: '{}' });
  const plan = { name: 'Signed', playbookId, tenantIds: TENANTS, ...version };
  const { planId } = await ask('plans.create', plan);
  made.push(planId);
  await ask('plans.start', { planId });
  for (const at of TENANTS.keys()) await server.untilTask(`${planId}.${at + 1}`, 'PAUSED');
  return planId;
}
/** Where each task that waits for an approval stands. */
const stagesAt = async (planId: string) =>
  (
    await server.db.execute<{ at: number }>(
      sql`select stage_index as at from task where plan_id = ${planId} and held_by = 'approval' order by ordinal`,
    )
  ).map(({ at }) => at);
const ended = (planId: string) =>
  server.untilPlan(planId, 'COMPLETED', 'CANCELLED', 'FAILED', 'PARTIAL_FAILED');
const approve = async (who: Pick<Person, 'mutate'>, taskId: string) => {
  const { error } = await who.mutate('tasks.approve', { taskId });
  return error?.reason ?? 'granted';
};
const byKey = (key: string): Pick<Person, 'mutate'> => ({
  mutate: (procedure, input) => mutate(server.url, key, procedure, input),
});

describe('an approval that takes two', () => {
  it('is given by two people, whatever they are called meanwhile, and by no key', async () => {
    const planId = await waiting({ needs: 2 });
    const task = `${planId}.1`;
    expect(await approve(byKey(server.adminKey), task)).toBe('NOT_AN_APPROVER');
    expect(await approve(byKey(server.key), task)).toBe('NOT_AN_APPROVER');
    expect(await approve(bob, task)).toBe('granted');
    await bob.rename('Robert');
    expect(await approve(bob, task)).toBe('NOT_AN_APPROVER');
    const { data } = await query(server.url, server.viewerKey, 'tasks.get', { taskId: task });
    expect(data).toMatchObject({
      view: { status: 'PAUSED', approval: { needs: 2, given: [{ by: 'Bob' }] } },
    });
    expect(JSON.stringify(data)).not.toContain('@example.com');
    expect(await approve(ada, task)).toBe('granted');
    await server.untilTask(task, 'COMPLETED');
    expect(await approve(ada, `${planId}.2`)).toBe('granted');
    expect(await approve(ann, `${planId}.2`)).toBe('granted');
    expect(await ended(planId)).toBe('COMPLETED');
    const told = await server.db.execute(
      sql`select message from event where task_id = ${task} and kind in ('ApprovalGiven', 'StageSucceeded') order by sequence_id`,
    );
    expect(told.map(({ message }) => message)).toEqual([
      'Sign off approved by Bob, 1 of 2',
      'Sign off approved by Bob, Ada',
    ]);
  });

  it('is given once by somebody who is removed and invited again', async () => {
    const planId = await waiting({ needs: 2 });
    const cleo = await signedIn(server, 'Cleo');
    expect(await approve(cleo, `${planId}.1`)).toBe('granted');
    const { items } = (await ada.query('members.list')).data as { items: { userId: string; name: string }[] };
    const userId = items.find(({ name }) => name === 'Cleo')?.userId;
    expect((await ada.mutate('members.remove', { userId })).error).toBeNull();
    const again = await signedIn(server, 'Cleo');
    expect(await approve(again, `${planId}.1`)).toBe('NOT_AN_APPROVER');
    expect(await approve(again, `${planId}.2`)).toBe('granted');
  });

  it('counts two that come at once', async () => {
    const planId = await waiting({ needs: 2 });
    const asked = TENANTS.flatMap((_, at) => [ann, bob].map((who) => approve(who, `${planId}.${at + 1}`)));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['granted']));
    expect(await ended(planId)).toBe('COMPLETED');
  });
});

describe('an approval by somebody else than the maker', () => {
  it('is refused to who made the plan, also under an earlier name', async () => {
    const planId = await waiting({ notMaker: true });
    const task = `${planId}.1`;
    expect(await approve(ann, task)).toBe('NOT_AN_APPROVER');
    await ann.rename('Annette');
    expect(await approve(ann, task)).toBe('NOT_AN_APPROVER');
    await ann.rename('Ann');
    expect(await approve(bob, task)).toBe('granted');
  });

  it('is refused to who made the plan by a key of theirs, or by one that a key of theirs made', async () => {
    const keyOf = async (who: Pick<Person, 'mutate'>, name: string, role: string) => {
      const shown = await who.mutate('apiKeys.create', { name, role, expiresInDays: 1 });
      expect(shown.error).toBeNull();
      return byKey((shown.data as { key: string }).key);
    };
    const own = await keyOf(ada, 'Ada’s own', 'admin');
    for (const key of [own, await keyOf(own, 'Made by a key', 'operator')]) {
      const planId = await waiting({ notMaker: true }, key);
      expect(await approve(ada, `${planId}.1`)).toBe('NOT_AN_APPROVER');
      expect(await approve(ann, `${planId}.1`)).toBe('granted');
      await ann.mutate('plans.cancel', { planId });
      await ended(planId);
    }
  });
});

it('that administrators give is refused to operators', async () => {
  const planId = await waiting({ role: 'admin' });
  expect(await approve(bob, `${planId}.1`)).toBe('NOT_AN_APPROVER');
  expect(await approve(ada, `${planId}.1`)).toBe('granted');
});

describe('all of a plan at once', () => {
  const bulk = async (who: Person, planId: string, action: string) => {
    const filter = { heldBy: 'approval' };
    const { data, error } = await who.mutate('tasks.bulk', {
      planId,
      action,
      filter,
      reason: 'Looked at it',
    });
    expect(error).toBeNull();
    await server.untilBulksEnded();
    const { bulkId } = data as { bulkId: string };
    const status = await who.query('tasks.bulkStatus', { bulkId });
    return (status.data as { items: { tenantId: string; outcome: string; message: string | null }[] }).items;
  };

  it('is one request, told tenant by tenant', async () => {
    const planId = await waiting({ needs: 2 });
    expect(await approve(bob, `${planId}.1`)).toBe('granted');
    expect(await bulk(bob, planId, 'approve')).toMatchObject([
      {
        tenantId: 'acme-eu',
        outcome: 'refused',
        message: 'You approved this already; it takes somebody else as well.',
      },
      { tenantId: 'acme-us', outcome: 'done', message: null },
    ]);
    expect((await bulk(ada, planId, 'approve')).map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(await ended(planId)).toBe('COMPLETED');
    expect(await bulk(ada, planId, 'approve')).toEqual([]);
  });

  it('is of what waited when it was asked for, as one is of the stage that was looked at', async () => {
    const planId = await waiting({}, ann, ['Sign off', 'Sign again']);
    const seen = { taskId: `${planId}.1`, stage: 'Sign off' };
    expect((await ann.mutate('tasks.approve', seen)).error).toBeNull();
    await expect.poll(() => stagesAt(planId)).toEqual([1, 0]);
    expect((await bob.mutate('tasks.approve', seen)).error?.reason).toBe('CHANGED_MEANWHILE');
    expect((await bob.mutate('tasks.reject', seen)).error?.reason).toBe('CHANGED_MEANWHILE');
    // As if the second one had been reached while the request was on its way.
    await server.db.execute(sql`update task set stage_started_at = clock_timestamp() + interval '1 minute'
      where task_id = ${`${planId}.1`}`);
    const other = 'It waits for another approval by now than the one this was asked about.';
    for (const action of ['approve', 'reject'])
      expect((await bulk(bob, planId, action))[0]).toMatchObject({ outcome: 'refused', message: other });
  });

  it('is refused as one is, and rejects', async () => {
    const planId = await waiting({ notMaker: true });
    expect(new Set((await bulk(ann, planId, 'approve')).map(({ outcome }) => outcome))).toEqual(
      new Set(['refused']),
    );
    expect((await bulk(ann, planId, 'reject')).map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(await ended(planId)).toBe('CANCELLED');
  });
});

it('that nobody gives in time is rejected by the policy', async () => {
  const planId = await waiting({ withinMinutes: 1 });
  const { data } = await query(server.url, server.viewerKey, 'tasks.get', { taskId: `${planId}.1` });
  const { due } = (data as { view: { approval: OpenApproval } }).view.approval;
  expect(Math.abs(Date.parse(due ?? '') - Date.now() - 60_000)).toBeLessThan(30_000);
  await server.db.execute(
    sql`update task set approval = jsonb_set(approval, '{due}', to_jsonb(clock_timestamp())) where plan_id = ${planId}`,
  );
  expect(await ended(planId)).toBe('CANCELLED');
  const [told] = await server.db.execute(
    sql`select actor, message from event where task_id = ${`${planId}.1`} and kind = 'StageFailed'`,
  );
  expect(told).toEqual({
    actor: 'policy',
    message: expect.stringMatching(/^Sign off rejected by policy: nobody decided until 20/),
  });
});

describe('what waits for whom', () => {
  it('is the same in the list, in the numbers and in the rules', async () => {
    const planId = await waiting({ needs: 2, notMaker: true });
    expect(await approve(bob, `${planId}.1`)).toBe('granted');
    const seen = async (who: Person) => {
      const { data } = await who.query('executor.waiting', { forMe: true });
      const { items, total } = data as {
        items: { taskId: string; planId: string; forYou: boolean }[];
        total: number;
      };
      const attention = (await who.query('fleet.attention')).data as { forYou: number };
      expect(attention.forYou).toBe(total);
      expect(items.every(({ forYou }) => forYou)).toBe(true);
      return items.filter((one) => one.planId === planId).map(({ taskId }) => taskId);
    };
    expect(await seen(ann)).toEqual([]);
    expect(await seen(bob)).toEqual([`${planId}.2`]);
    expect(await seen(ada)).toEqual([`${planId}.1`, `${planId}.2`]);
    const viewer = await query(server.url, server.viewerKey, 'fleet.attention');
    expect(viewer.data).toMatchObject({ forYou: 0 });
  });

  it('is decided by the database as by the domain, for every rule and everybody', async () => {
    const planId = await waiting({});
    const taskId = `${planId}.1`;
    const [row] = await server.db.execute<{ by: string }>(
      sql`select created_by as by from plan where plan_id = ${planId}`,
    );
    const flags = [true, false];
    for (const needs of [1, 2])
      for (const role of ['operator', 'admin'] as const)
        for (const notMaker of flags)
          for (const given of [[], [{ id: 'user x', by: 'X', at: '' }]]) {
            const open: OpenApproval = { needs, role, notMaker, given, due: null, otherwise: 'reject' };
            await server.db.execute(
              sql`update task set approval = ${JSON.stringify(open)}::text::jsonb where task_id = ${taskId}`,
            );
            for (const person of flags)
              for (const maker of flags)
                for (const has of ['operator', 'admin'] as const)
                  for (const [id, called] of [
                    ['user x', []],
                    ['user y', []],
                    ['user y', ['Y', 'X']],
                  ] as const) {
                    const who: Decider = {
                      ...{ id, role: has, person },
                      names: maker && row ? [...called, row.by] : called,
                    };
                    const approver: Approver = { ...who, maker };
                    const { items } = await readWaiting(server.db, { limit: 100, who });
                    const told = items.find((one) => one.taskId === taskId)?.forYou;
                    expect(told, JSON.stringify({ open, approver })).toBe(
                      whyNotApprove(open, approver) === null,
                    );
                  }
          }
  });
});

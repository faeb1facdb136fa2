import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PlaybookDefinition } from '@/domain/playbook';
import { type CommitListener, createCommitter } from '@/server/commands/commit-transition';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

const tell = { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast' }] };

const begin = (playbook: PlaybookDefinition, tenants: readonly string[]) =>
  Harness.start({
    fleet: { version: 'v1', tenants: tenants.map((tenantId) => ({ tenantId, instances: 1 })) },
    playbook,
  });

it('an approval is passed over for tenants that it is not for, which is told with why', async () => {
  const ask = { name: 'ask', type: 'approval', instructions: 'Call them first.' };
  harness = await begin(
    { stages: [{ name: 'Sign off', when: { label: 'tier', equals: 'gold' }, steps: [ask] }, tell] },
    ['a', 'b'],
  );
  await harness.db.execute(sql`update tenant set labels = '{"tier":"gold"}' where tenant_id = 'a'`);
  await harness.startExecutor();
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  await harness.until(`${planId}.1`, 'PAUSED');
  await harness.until(`${planId}.2`, 'COMPLETED');
  const told = await harness.db.execute<{ taskId: string; message: string }>(sql`
    select task_id, message from event where plan_id = ${planId} and kind = 'StageSkipped'`);
  expect([...told]).toEqual([
    { taskId: `${planId}.2`, message: 'Stage Sign off skipped: label tier is not gold' },
  ]);
  await harness.task(`${planId}.1`, 'approve');
  await harness.until(planId, 'COMPLETED');
});

describe('an approval under a condition on what an earlier stage took', () => {
  /** What each tenant says that its load is. */
  const LOADS: Readonly<Record<string, unknown>> = { a: 9, b: 1, c: 'many', d: null };

  const playbook = (when: object): PlaybookDefinition => ({
    stages: [
      {
        name: 'Measure',
        when: { label: 'unmeasured', exists: false },
        steps: [
          {
            name: 'look',
            type: 'http-request',
            save: ['load', 'mark'],
            request: {
              method: 'GET',
              url: '{{tenant.variables.measured}}/{{tenant.id}}',
              extract: { load: { json: 'load' }, mark: { json: 'mark', secret: true } },
            },
          },
        ],
      },
      { name: 'Sign off', steps: [{ name: 'ask', type: 'approval', instructions: 'Look.', when }] },
      tell,
    ],
  });

  async function beginMeasured(when: object, tenants: readonly string[], unmeasured: string | null = null) {
    harness = await begin(playbook(when), tenants);
    const server = createServer(({ url = '' }, response) => {
      response.end(JSON.stringify({ load: LOADS[url.slice(1)] ?? '', mark: 'mark-of-the-target' }));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await harness.db.execute(
      sql`update tenant set variables = ${JSON.stringify({ measured: url })}::text::jsonb`,
    );
    await harness.db.execute(
      sql`update tenant set labels = '{"unmeasured":"yes"}' where tenant_id = ${unmeasured}`,
    );
    return harness.createPlan();
  }

  const said = async (planId: string) =>
    (await harness.events(planId))
      .filter(({ kind, payload }) => kind === 'StepSucceeded' && payload.step === 'ask')
      .map(({ taskId, payload }) => [taskId, payload.detail]);

  it('is asked where it holds, and told where nobody is asked', async () => {
    const planId = await beginMeasured({ value: '{{data.load}}', greater: 5 }, ['a', 'b']);
    await harness.startExecutor();
    await harness.startPlan(planId);
    await harness.until(`${planId}.1`, 'PAUSED');
    await harness.until(`${planId}.2`, 'COMPLETED');
    expect(await said(planId)).toEqual([
      [`${planId}.2`, 'nobody is asked: {{data.load}} is 1, expected greater than 5'],
    ]);
    expect(await harness.kindsOf(`${planId}.2`)).not.toContain('TaskPaused');
    await harness.task(`${planId}.1`, 'approve');
    await harness.until(planId, 'COMPLETED');
    expect((await harness.kindsOf(`${planId}.1`)).filter((kind) => kind === 'TaskPaused')).toHaveLength(1);
  });

  it('is asked where nobody can tell whether it holds', async () => {
    const planId = await beginMeasured({ value: '{{data.load}}', greater: 5 }, ['b'], 'b');
    await harness.startExecutor();
    await harness.startPlan(planId);
    await harness.until(`${planId}.1`, 'PAUSED');
  });

  it('does not show what is secret in the reason', async () => {
    const planId = await beginMeasured({ value: '{{data.mark}}', equals: 'another' }, ['a']);
    await harness.startExecutor();
    await harness.startPlan(planId);
    await harness.until(planId, 'COMPLETED');
    const events = await harness.events(planId);
    expect(JSON.stringify(await said(planId))).toContain('nobody is asked');
    expect(JSON.stringify(events)).not.toContain('mark-of-the-target');
  });

  it.each([
    ['cancel', 'CANCELLED'],
    ['pause', 'PAUSED'],
    ['rollback', 'ROLLED_BACK'],
  ] as const)('does not lose a %s that came while it was judged', async (asked, status) => {
    const planId = await beginMeasured({ value: '{{data.load}}', greater: 5 }, ['a']);
    let came = false;
    const { db } = harness.connect();
    const stored: CommitListener = (told) => harness.committed(told);
    const committer = createCommitter(db, stored);
    await harness.startExecutor({
      committer: {
        ...committer,
        commitTransition: async (commit, id) => {
          if (!came && commit.tasks.some(({ state }) => state?.heldBy === 'approval')) {
            came = true;
            await harness.task(`${planId}.1`, asked, { reason: 'no longer' });
          }
          return committer.commitTransition(commit, id);
        },
      },
    });
    await harness.startPlan(planId);
    await harness.until(`${planId}.1`, status);
    const [row] = await harness.db.execute<{ heldBy: string | null }>(
      sql`select held_by from task where task_id = ${`${planId}.1`}`,
    );
    expect(row?.heldBy ?? null).toBe(asked === 'pause' ? 'operator' : null);
  });
});

import { expect, it } from 'vitest';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate } from '@/server/api/testing/call';
import { main } from './main';

const server = testApiServer();

async function run(...args: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await main(
    args,
    { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.key },
    {
      out: (line) => void out.push(line),
      error: (line) => void errors.push(line),
      read: async () => new Uint8Array(),
      list: async () => null,
      write: async () => {},
      bar: undefined,
      signal: new AbortController().signal,
    },
  );
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

it('plan create, plan deadline and plan status tell of it, and a watch ends when it has passed', async () => {
  await mutate(server.url, server.key, 'plans.cancel', { planId: 'PLN-1' });
  const finishBy = inSeconds(600);
  const asked = [
    ...['plan', 'create', '--name', 'Due', '--unit', 'edge-router', '--version', 'v2'],
    ...['--playbook', 'blue-green', '--tenants', 'cobalt-retail'],
  ];
  for (const wrong of ['noon', '2020-01-01T00:00:00Z', '2099-12-24T06:00:00']) {
    const refused = await run(...asked, '--finish-by', wrong);
    expect([wrong, refused.code]).toEqual([wrong, 1]);
    expect(refused.errors).toMatch(/^finishBy: |deadline lies in the past/);
  }
  expect((await run(...asked, '--finish-by', finishBy, '--at-deadline', 'wait')).errors).toContain(
    '--at-deadline is hold or rollback, not "wait".',
  );
  const { out: planId } = await run(...asked, '--finish-by', finishBy, '--at-deadline', 'rollback');
  expect(planId).toMatch(/^PLN-\d+$/);
  expect((await run('plan', 'status', planId)).out.split('\n')[1]).toMatch(
    new RegExp(`^  to be finished by ${finishBy}, else it is rolled back \\(set by .+\\)$`),
  );
  const moved = inSeconds(1200);
  expect(await run('plan', 'deadline', planId, '--finish-by', moved, '--at-deadline', 'hold')).toMatchObject({
    code: 0,
    out: expect.stringContaining(`to be finished by ${moved}, nothing new begins then`),
  });
  expect(await run('plan', 'deadline', planId, '--remove')).toMatchObject({
    code: 0,
    out: 'It has no deadline.',
  });
  expect((await run('plan', 'deadline', planId, '--remove')).errors).toContain('The plan has no deadline.');
  expect((await run('plan', 'deadline', planId)).errors).toContain('Give --finish-by, or --remove.');
  const json = await run('plan', 'deadline', planId, '--finish-by', inSeconds(2), '--json');
  expect(JSON.parse(json.out)).toMatchObject({ planId, deadline: { otherwise: 'hold' } });

  await expect
    .poll(async () => (await run('plan', 'status', planId)).out, { timeout: 10_000 })
    .toContain('has passed: nothing new begins.');
  const late = await run('plan', 'start', planId);
  expect([late.code, late.errors]).toEqual([1, expect.stringContaining('Move the deadline first.')]);
});

it('a watch of a plan that its deadline holds ends with what waits for a decision', async () => {
  const stages = [{ name: 'Wait', steps: [{ name: 'Wait', type: 'wait', seconds: 0 }] }];
  const playbook = { playbookId: 'short', name: 'Short', definition: { stages } };
  expect((await mutate(server.url, server.key, 'playbooks.save', playbook)).error).toBeNull();
  const made = await mutate(server.url, server.key, 'plans.create', {
    ...{ name: 'Late', unitId: 'edge-router', version: 'v2', playbookId: 'short', finishBy: inSeconds(2) },
    ...{ tenantIds: ['delta-freight', 'fjord-media'] },
    // The second is watched long before it begins.
    settings: {
      ...{ maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
      waves: [{ size: { count: 1 }, bakeSeconds: 3600 }],
    },
  });
  expect(made.error).toBeNull();
  const { planId } = made.data as { planId: string };
  const watched = await run('plan', 'start', planId, '--watch');
  expect([watched.code, watched.errors]).toEqual([3, '']);
  expect(watched.out).toContain('DeadlinePassed');
  expect(watched.out.split('\n').at(-1)).toContain('Its deadline has passed.');
});

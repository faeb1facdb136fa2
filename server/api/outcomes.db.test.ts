import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '@/cli/main';
import { figuresOf } from '@/components/live/situation';
import { UNSTARTED } from '@/domain/task';
import { applyEvents } from '@/domain/view/apply-event';
import type { LiveEvent, PlanSnapshot, PublicStatus } from '@/domain/view/plan-view';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();
afterEach(() => {
  for (const tenantId of TENANTS) server.fleet.setFault(tenantId, { kind: 'none' });
  expect(server.errors).toEqual([]);
});

const TENANTS = ['acme-eu', 'acme-us'] as const;
const [WELL, BAD] = TENANTS;

/** The table of docs/outcomes.md, by what happened. */
const ROWS = readFileSync('docs/outcomes.md', 'utf8')
  .split('\n## ')
  .filter((part) => part.startsWith('A plan'))
  .flatMap((part) => part.split('\n').filter((line) => line.startsWith('| ')))
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, happened = '', status, headline, percent]) => ({
    happened,
    status,
    headline,
    percent: Number(percent),
  }));

async function call<T>(procedure: string, input: unknown): Promise<T> {
  const { data, error } = await mutate(server.url, server.key, procedure, input);
  expect(error).toBeNull();
  return data as T;
}
const asked = async <T>(procedure: string, input: unknown): Promise<T> =>
  (await query(server.url, server.key, procedure, input)).data as T;

let versions = 0;
async function created(tenantIds: readonly string[] = TENANTS, more: object = {}): Promise<string> {
  versions += 1;
  const version = { unitId: 'edge-router', version: `outcome-${versions}` };
  await call('versions.create', { ...version, payload: '{}' });
  const plan = { name: 'Outcome', playbookId: 'blue-green', tenantIds, ...version, ...more };
  const settings = { healthIntervalSeconds: 0, healthAttempts: 1, driftGuard: false };
  return (await call<{ planId: string }>('plans.create', { ...plan, settings })).planId;
}

async function run(planId: string, ...ended: string[]): Promise<void> {
  await call('plans.start', { planId });
  await server.untilPlan(planId, ...ended);
}
const rolledBack = async (planId: string, tenantId: string) => {
  const taskId = `${planId}.${TENANTS.indexOf(tenantId as (typeof TENANTS)[number]) + 1}`;
  await call('tasks.rollback', { taskId });
  await server.untilTask(taskId, 'ROLLED_BACK');
};
const fails = (tenantId: string) => server.fleet.setFault(tenantId, { kind: 'dead' });

async function oneFailed(): Promise<string> {
  const planId = await created();
  fails(BAD);
  await run(planId, 'PARTIAL_FAILED');
  return planId;
}

/** How each plan of the table comes to be what it is. */
const MADE: Record<string, () => Promise<string>> = {
  ready: () => created(),
  'all went well': async () => {
    const planId = await created();
    await run(planId, 'COMPLETED');
    return planId;
  },
  'one was rolled back on purpose': async () => {
    const planId = await created();
    await run(planId, 'COMPLETED');
    await rolledBack(planId, BAD);
    return planId;
  },
  'one was cancelled before': async () => {
    const planId = await created();
    await call('tasks.cancel', { taskId: `${planId}.2` });
    await run(planId, 'COMPLETED');
    return planId;
  },
  'one was left out': async () => {
    const planId = await created([WELL, 'nobody'], { leaveOutInvalid: true });
    await run(planId, 'COMPLETED');
    return planId;
  },
  'one failed': oneFailed,
  'both failed': async () => {
    const planId = await created();
    fails(WELL);
    fails(BAD);
    await run(planId, 'PARTIAL_FAILED');
    return planId;
  },
  'one failed and was rolled back': async () => {
    const planId = await oneFailed();
    server.fleet.setFault(BAD, { kind: 'none' });
    await rolledBack(planId, BAD);
    return planId;
  },
  'one failed, and that was accepted': async () => {
    const planId = await oneFailed();
    await call('plans.close', { planId, reason: 'Known, moved next week' });
    return planId;
  },
  'it was cancelled before it began': async () => {
    const planId = await created();
    await call('plans.cancel', { planId });
    return planId;
  },
  'it was rolled back': async () => {
    const planId = await created();
    await run(planId, 'COMPLETED');
    await call('plans.rollback', { planId, reason: 'Not what we wanted' });
    return planId;
  },
  'both were rolled back one by one': async () => {
    const planId = await created();
    await run(planId, 'COMPLETED');
    for (const tenantId of TENANTS) await rolledBack(planId, tenantId);
    return planId;
  },
  'its rollback did not reach one': async () => {
    const planId = await created();
    await run(planId, 'COMPLETED');
    fails(BAD);
    await call('plans.rollback', { planId, reason: 'Not what we wanted' });
    return planId;
  },
};

async function ofCommandLine(planId: string): Promise<string> {
  const lines: string[] = [];
  const terminal = {
    out: (line: string) => void lines.push(line),
    error: (line: string) => void lines.push(line),
    read: async () => new Uint8Array(),
    list: async () => null,
    write: async () => {},
    signal: new AbortController().signal,
  };
  await main(
    ['plan', 'status', planId],
    { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.key },
    terminal,
  );
  return lines.join('\n');
}

describe('the words for a plan', () => {
  it('are those of the table, each of them made here', () => {
    expect(ROWS.map(({ happened }) => happened)).toEqual(Object.keys(MADE));
  });

  it.each(ROWS)('$happened: the same everywhere', async ({ happened, status = '', headline, percent }) => {
    const planId = (await MADE[happened]?.()) ?? '';
    await server.untilPlan(planId, status);
    const said = { status, headline, percent };
    const ofPlan = ({ status, headline, percent }: typeof said) => ({ status, headline, percent });

    expect(ofPlan(await asked('plans.get', { planId }))).toEqual(said);
    const list = await asked<{ items: (typeof said & { planId: string })[] }>('plans.list', { q: planId });
    expect(list.items.filter((plan) => plan.planId === planId).map(ofPlan)).toEqual([said]);

    const { path } = await call<{ path: string }>('shares.create', { planId, days: 1 });
    const shared = await asked<PublicStatus>('status.get', { token: path.slice('/s/'.length) });
    expect(ofPlan(shared)).toEqual(said);
    for (const { done } of shared.funnel) expect(done).toBeLessThanOrEqual(shared.of);

    expect(await ofCommandLine(planId)).toBe(`${planId} (Outcome) is ${status}. ${headline}.`);

    const snapshot = await asked<PlanSnapshot>('plans.snapshot', { planId });
    expect(ofPlan({ ...figuresOf(snapshot), status: snapshot.plan.status })).toEqual(said);
    // A page that was open from the beginning has only the events.
    const { events } = await asked<{ events: LiveEvent[] }>('plans.events', { planId, limit: 1000 });
    const followed = applyEvents(asCreated(snapshot), events).snapshot;
    expect(ofPlan({ ...figuresOf(followed), status: followed.plan.status })).toEqual(said);
    const last = events.findLast((event) => event.taskId === null && event.status === status);
    if (last?.actor === 'executor' && last.kind !== 'PlanFailed') expect(last.message).toBe(headline);
  });
});

/** The same plan before anything happened. */
function asCreated(snapshot: PlanSnapshot): PlanSnapshot {
  const plan = {
    ...snapshot.plan,
    status: 'CREATED',
    intent: 'none',
    startedAt: null,
    endedAt: null,
  } as const;
  const { previous: _, ...unstarted } = UNSTARTED;
  const blank = { ...unstarted, status: 'CREATED' } as const;
  return { ...snapshot, planSeq: 0, plan, tasks: snapshot.tasks.map((task) => ({ ...task, ...blank })) };
}

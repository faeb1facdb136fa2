import { readFileSync } from 'node:fs';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import superjson, { type SuperJSONResult } from 'superjson';
import { beforeAll, describe, expect, it } from 'vitest';
import { authUser } from '@/db/schema/auth';
import { plan } from '@/db/schema/run';
import { DEMO_TENANTS } from '@/demo/tenants';
import { claimInvite, inviteMember, listMembers } from '@/server/auth/members';
import type { ProcedureName } from './declared';
import { misfits } from './rest/testing/fits-answer';
import { appRouter } from './router';
import { testApiServer } from './testing/api-server';
import { mutate } from './testing/call';
import { curlRunner, curlScripts } from './testing/curl-examples';

const text = readFileSync(path.resolve('docs/api.md'), 'utf8');

/** Every example of the document, in its order, with the procedure whose section it is in. */
const examples = text.split(/^### /m).flatMap((section) => {
  const name = /^`([\w.]+)`/.exec(section)?.[1] ?? 'introduction';
  return curlScripts(section).map((script) => ({ name, script }));
});

const documented = [...text.matchAll(/^### `([\w.]+)` — (\w+)$/gm)].map(([, name, role]) => [name, role]);
const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { meta?: { role: string } } }
>;

const server = testApiServer();
/** What a reader puts into variables, as the document tells. */
let variables: Record<string, string>;
const curl = curlRunner();

beforeAll(async () => {
  variables = {
    SWITCHYARD_URL: server.url,
    SWITCHYARD_API_KEY: server.key,
    SWITCHYARD_ADMIN_KEY: server.adminKey,
  };
  // One tenant takes until the end of the story, one fails.
  server.fleet.setFault('acme-us', { kind: 'stuck' });
  server.fleet.setFault('cobalt-retail', { kind: 'fail', times: 100 });
  // Of the plan with waves, one takes what it is sent and answers nothing, one fails.
  server.fleet.setFault('delta-freight', { kind: 'drop' });
  server.fleet.setFault('fjord-media', { kind: 'fail', times: 100 });
  // The demo's second plan, which waits as well.
  await mutate(server.url, server.key, 'plans.create', {
    ...{ name: 'For your own experiments', unitId: 'edge-router', version: 'v2.1', playbookId: 'blue-green' },
    tenantIds: DEMO_TENANTS.map(({ tenantId }) => tenantId),
  });
  await createMember();
});

/** Somebody who came in by an earlier invite. */
async function createMember(): Promise<void> {
  const { token } = await inviteMember(server.db, {
    email: 'lee@example.com',
    role: 'operator',
    actor: 'ada',
  });
  await claimInvite(server.db, { token, name: 'Lee', password: 'correct horse battery' });
  const [member] = (await listMembers(server.db, { limit: 1 })).items;
  variables.MEMBER_ID = member?.userId ?? '';
}

/** The plan that the section about waves is about. */
async function createWaves(): Promise<void> {
  const { error } = await mutate(server.url, server.key, 'plans.create', {
    name: 'Amber in waves',
    tenantIds: ['delta-freight', 'evergreen', 'harbor-health', 'fjord-media'],
    unitId: 'edge-router',
    version: 'v3',
    playbookId: 'careful',
    settings: {
      maxRetry: 2,
      healthIntervalSeconds: 1,
      healthAttempts: 1000,
      waves: [{ size: { count: 1 } }],
    },
  });
  expect(error).toBeNull();
}

/** Holds the plan of the story for a while. */
let auditFreeze = '';

/** What a reader waits for before the example makes sense. */
const BEFORE: Record<string, () => Promise<unknown>> = {
  // As if it had been made while an administrator asked for one.
  'plans.approveStart': () =>
    server.db
      .update(plan)
      .set({
        startApproval: {
          ...{ needs: 1, role: 'operator', notMaker: false, given: [] },
          because: { label: 'region', equals: 'eu' },
        },
      })
      .where(eq(plan.planId, 'PLN-3')),
  'plans.overrideFreezes': async () => {
    const window = { kind: 'once', from: '2020-01-01T00:00:00Z', to: new Date(Date.now() + 3_600_000) };
    const frozen = { name: 'Audit', tenantId: 'acme-eu', window };
    const { data } = await mutate(server.url, server.key, 'freezes.create', frozen);
    auditFreeze = (data as { freezeId: string }).freezeId;
  },
  'plans.withdrawOverride': () => mutate(server.url, server.key, 'freezes.remove', { freezeId: auditFreeze }),
  // While people grant overrides only an administrator takes a freeze away.
  'freezes.remove': () => mutate(server.url, server.adminKey, 'settings.guardOverrides', { rule: null }),
  'tasks.get': () => server.untilTask('PLN-3.2', 'RUNNING'),
  'tasks.retry': async () => {
    await server.untilTask('PLN-3.4', 'FAILED');
    server.fleet.setFault('cobalt-retail', { kind: 'none' });
  },
  'members.removeSecondFactor': () =>
    server.db
      .update(authUser)
      .set({ twoFactorEnabled: true })
      .where(eq(authUser.id, variables.MEMBER_ID ?? '')),
  'tasks.rollback': () => server.untilTask('PLN-3.4', 'COMPLETED'),
  'plans.schedule': createWaves,
  'plans.continue': async () => {
    await mutate(server.url, server.key, 'plans.start', { planId: 'PLN-4' });
    await server.untilTask('PLN-4.1', 'FAILED');
  },
  'tasks.approve': () => server.untilTask('PLN-4.2', 'PAUSED'),
  'tasks.reject': () => server.untilTask('PLN-4.3', 'PAUSED'),
  'tasks.resolve': async () => server.fleet.setFault('delta-freight', { kind: 'none' }),
  'tasks.bulk': () => server.untilTask('PLN-4.1', 'COMPLETED'),
  'plans.close': async () => {
    // The retries open the plan again; until then it only looks as if it had ended.
    await server.untilBulksEnded();
    await server.untilPlan('PLN-4', 'PARTIAL_FAILED');
  },
  'plans.rollback': () => server.untilTask('PLN-3.4', 'ROLLED_BACK'),
  'tenants.reconcile': () => server.untilTask('PLN-3.1', 'ROLLED_BACK'),
  'plans.reconcile': () => server.untilPlan('PLN-5', 'COMPLETED'),
};

interface Told {
  hash?: string;
  id?: string;
  path?: string;
  info?: { id: string };
  webhook?: { webhookId: string };
  bulkId?: string;
  importId?: string;
  freezeId?: string;
  inviteId?: string;
}

/** What a reader takes from the answer. */
const AFTER: Record<string, (answer: Told) => Record<string, string>> = {
  'plans.preview': ({ hash = '' }) => ({ PREVIEW_HASH: hash }),
  'shares.create': ({ id = '', path: address = '' }) => ({
    SHARE_ID: id,
    SHARE_TOKEN: address.replace('/s/', ''),
  }),
  'notifications.create': ({ webhook }) => ({ WEBHOOK_ID: webhook?.webhookId ?? '' }),
  'tasks.bulk': ({ bulkId = '' }) => ({ BULK_ID: bulkId }),
  'tenants.import': ({ importId = '' }) => ({ IMPORT_ID: importId }),
  'freezes.create': ({ freezeId = '' }) => ({ FREEZE_ID: freezeId }),
  'members.invite': ({ inviteId = '' }) => ({ INVITE_ID: inviteId }),
  'apiKeys.create': ({ info }) => ({ API_KEY_ID: info?.id ?? '' }),
};

describe('docs/api.md', () => {
  it('names every procedure with its role', () => {
    const declared = Object.entries(procedures).map(([name, { _def }]) => [name, _def.meta?.role]);
    expect(documented.sort()).toEqual(declared.sort());
  });

  it('has one example for every procedure, which calls it', () => {
    expect(examples.map(({ name }) => name).sort()).toEqual(Object.keys(procedures).sort());
    for (const { name, script } of examples) {
      expect(script.match(/\bcurl\b/g)).toHaveLength(1);
      expect(script).toContain(`/api/trpc/${name}"`);
    }
  });

  it.each(examples)('has an example of $name that works', async ({ name, script }) => {
    await BEFORE[name]?.();
    const { status, answer } = await curl(script, variables);
    expect([status, answer]).toEqual(['200', expect.stringContaining('"result"')]);
    const { result } = JSON.parse(answer) as { result: { data: SuperJSONResult } };
    const told = superjson.deserialize<Told | undefined>(result.data);
    // As the API for programs says it, which has the same types.
    expect(misfits(name as ProcedureName, JSON.parse(JSON.stringify(told ?? null)))).toBeNull();
    Object.assign(variables, told && AFTER[name]?.(told));
  });

  it('told a story that took place', async () => {
    expect(await server.untilTask('PLN-3.1', 'ROLLED_BACK')).toBe('ROLLED_BACK');
    expect(await server.untilTask('PLN-3.3', 'ROLLED_BACK')).toBe('ROLLED_BACK');
    expect(await server.untilTask('PLN-1.1', 'CANCELLED')).toBe('CANCELLED');
    expect(await server.untilTask('PLN-4.1', 'ROLLED_BACK')).toBe('ROLLED_BACK');
    expect(await server.untilTask('PLN-4.3', 'CANCELLED')).toBe('CANCELLED');
    expect(server.errors).toEqual([]);
  });
});

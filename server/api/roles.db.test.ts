import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { appRouter } from './router';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import type { ApiDeps } from './trpc';

/** Who may do what. A new procedure belongs in here before it can be merged. */
const GOLDEN: Record<string, 'viewer' | 'operator' | 'admin' | 'public'> = {
  'fleet.map': 'viewer',
  'fleet.matrix': 'viewer',
  'fleet.convergence': 'viewer',
  'fleet.overview': 'viewer',
  'fleet.attention': 'viewer',
  'fleet.news': 'viewer',
  'plans.list': 'viewer',
  'plans.snapshot': 'viewer',
  'plans.get': 'viewer',
  'plans.events': 'viewer',
  'plans.steps': 'viewer',
  'plans.labels': 'viewer',
  'plans.summary': 'viewer',
  'plans.preview': 'viewer',
  'plans.project': 'viewer',
  'plans.rehearse': 'operator',
  'plans.create': 'operator',
  'plans.approveStart': 'operator',
  'plans.freezes': 'viewer',
  'plans.setDeadline': 'operator',
  'plans.overrideFreezes': 'operator',
  'plans.approveOverride': 'operator',
  'plans.withdrawOverride': 'operator',
  'plans.start': 'operator',
  'plans.pause': 'operator',
  'plans.resume': 'operator',
  'plans.cancel': 'operator',
  'plans.rollback': 'operator',
  'plans.setConcurrency': 'operator',
  'plans.continue': 'operator',
  'plans.close': 'operator',
  'plans.retryFailed': 'operator',
  'plans.reconcile': 'operator',
  'plans.schedule': 'operator',
  'tasks.get': 'viewer',
  'tasks.list': 'viewer',
  'tasks.events': 'viewer',
  'tasks.pause': 'operator',
  'tasks.resume': 'operator',
  'tasks.cancel': 'operator',
  'tasks.rollback': 'operator',
  'tasks.withdraw': 'operator',
  'tasks.retry': 'operator',
  'tasks.approve': 'operator',
  'tasks.reject': 'operator',
  'tasks.resolve': 'operator',
  'tasks.bulk': 'operator',
  'tasks.bulkStatus': 'viewer',
  'tenants.list': 'viewer',
  'tenants.counts': 'viewer',
  'tenants.labels': 'viewer',
  'tenants.select': 'viewer',
  'tenants.chosen': 'viewer',
  'tenants.get': 'viewer',
  'tenants.history': 'viewer',
  'tenants.upsert': 'operator',
  'tenants.update': 'operator',
  'tenants.editLabels': 'operator',
  'tenants.checkDrift': 'operator',
  'tenants.import': 'operator',
  'tenants.undoImport': 'operator',
  'tenants.reconcile': 'operator',
  'tenants.remove': 'operator',
  'tenants.setSecret': 'operator',
  'tenants.removeSecret': 'operator',
  'versions.list': 'viewer',
  'versions.ofUnit': 'viewer',
  'versions.get': 'viewer',
  'versions.current': 'viewer',
  'versions.create': 'operator',
  'playbooks.list': 'viewer',
  'playbooks.get': 'viewer',
  'playbooks.versions': 'viewer',
  'playbooks.forms': 'viewer',
  'playbooks.check': 'viewer',
  'playbooks.save': 'operator',
  'shares.create': 'operator',
  'shares.list': 'viewer',
  'shares.revoke': 'operator',
  'status.get': 'public',
  'executor.nodes': 'viewer',
  'executor.unapprovedStarts': 'viewer',
  'executor.askedOverrides': 'viewer',
  'executor.latePlans': 'viewer',
  'executor.waiting': 'viewer',
  'executor.stop': 'operator',
  'executor.resume': 'operator',
  'audit.list': 'viewer',
  'audit.exported': 'viewer',
  'audit.verify': 'admin',
  'audit.summaries': 'viewer',
  'audit.refused': 'admin',
  'apiKeys.list': 'admin',
  'apiKeys.create': 'admin',
  'apiKeys.revoke': 'admin',
  'apiKeys.environment': 'admin',
  'apiKeys.switchEnvironment': 'admin',
  'notifications.list': 'admin',
  'notifications.formats': 'admin',
  'notifications.preview': 'admin',
  'notifications.create': 'admin',
  'notifications.update': 'admin',
  'notifications.remove': 'admin',
  'notifications.deliveries': 'admin',
  'notifications.test': 'admin',
  'members.list': 'admin',
  'members.invites': 'admin',
  'members.signIn': 'admin',
  'members.invite': 'admin',
  'members.setRole': 'admin',
  'members.secondFactor': 'admin',
  'members.requireSecondFactor': 'admin',
  'members.removeSecondFactor': 'admin',
  'members.remove': 'admin',
  'members.endSessions': 'admin',
  'members.resetPassword': 'admin',
  'settings.get': 'viewer',
  'settings.protectStart': 'admin',
  'settings.startProtection': 'viewer',
  'settings.auditRetention': 'viewer',
  'settings.keepAudit': 'admin',
  'settings.freezeOverride': 'viewer',
  'settings.guardOverrides': 'admin',
  'settings.set': 'admin',
  'freezes.list': 'viewer',
  'freezes.create': 'operator',
  'freezes.remove': 'operator',
  'config.export': 'admin',
  'config.diff': 'admin',
  'config.save': 'admin',
};

/** What the router itself declares. */
const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { type: string; meta?: { role?: string } } }
>;
const declared = Object.entries(procedures).map(([name, { _def }]) => ({
  name,
  type: _def.type,
  role: _def.meta?.role,
}));
const closed = declared.filter(({ role }) => role !== 'public');
const WHO = ['viewer', 'operator', 'admin'];

const server = testApiServer();

const call = (key: string | null, name: string, type: string) =>
  (type === 'query' ? query : mutate)(server.url, key, name);

const UNKNOWN = { status: 401, error: { code: 'UNAUTHORIZED' } };

/** Nothing of the server is needed to say no. */
function callAsNobody(name: string): Promise<unknown> {
  const caller = appRouter.createCaller({ deps: {} as ApiDeps, principal: null }) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  const [router = '', procedure = ''] = name.split('.');
  return caller[router]?.[procedure]?.({}) ?? Promise.resolve();
}

describe('the role of every procedure', () => {
  it('is the one written down here', () => {
    expect(Object.fromEntries(declared.map(({ name, role }) => [name, role]))).toEqual(GOLDEN);
  });

  it('is public for the status page alone', () => {
    expect(declared.filter(({ role }) => role === 'public').map(({ name }) => name)).toEqual(['status.get']);
  });

  it.each(closed)('keeps $name from people nobody knows', async ({ name, type }) => {
    expect(await call('not-a-key', name, type)).toMatchObject(UNKNOWN);
    // Not over the network: all calls of nobody are from one address, and have one budget.
    await expect(callAsNobody(name)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('is asked for also where nothing is shown', async () => {
    expect(await call(null, 'plans.list', 'query')).toMatchObject(UNKNOWN);
  });

  it.each(closed)('decides who may call $name', async ({ name, type }) => {
    const needed = WHO.indexOf(GOLDEN[name] ?? '');
    const keys = [server.viewerKey, server.key, server.adminKey];
    for (const [rank, key] of keys.entries()) {
      const { status, error } = await call(key, name, type);
      if (rank >= needed) {
        // Let in: the empty input is refused, or is enough.
        expect([200, 400]).toContain(status);
      } else {
        expect(status).toBe(403);
        expect(error?.message).toBe(`This needs the role ${GOLDEN[name]}; yours is ${WHO[rank]}.`);
      }
    }
  });

  it('leaves no trace of what was refused', async () => {
    const [row] = await server.db.execute<{ plans: number; keys: number; tenants: number }>(sql`
      select (select count(*)::int from plan) as plans, (select count(*)::int from api_key) as keys,
        (select count(*)::int from tenant) as tenants`);
    expect(row).toEqual({ plans: 1, keys: 2, tenants: 24 });
  });
});

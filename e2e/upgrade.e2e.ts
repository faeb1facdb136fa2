import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { checkHistory } from '@/chaos/check/check-history';
import type { TargetCall } from '@/chaos/check/history';
import { readHistory } from '@/chaos/read-history';
import { type Connection, connect } from '@/db/client';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded/launcher';
import { Fleet } from '@/demo/fleet/fleet';
import type { RequestRecord } from '@/demo/fleet/instance';
import { call, type Running, startSwitchyard } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';
import { buildServerOf, previousCommit } from './support/previous-build';

const TENANTS = 120;
const previous = previousCommit();

let folder: string;
let database: EmbeddedPostgres;
let connection: Connection;
let fleet: Fleet;
let env: Record<string, string>;
const running = new Set<Running>();

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchyard-upgrade-'));
  database = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    durable: false,
    log: () => {},
  });
  connection = connect(database.url, 2);
  fleet = await Fleet.start({
    version: 'v1',
    tenants: Array.from({ length: TENANTS }, (_, index) => ({
      tenantId: `t${index}`,
      instances: 2,
      latencyMillis: 300,
    })),
  });
  env = {
    DATABASE_URL: database.url,
    SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
    SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
    EXECUTOR_SLOTS: '8',
    DISPATCHER: 'pg-boss',
  };
});

test.afterAll(async () => {
  await Promise.all([...running].map((one) => one.stop()));
  await connection.close();
  await fleet.close();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the build before this one and this one run tasks side by side, and nothing is lost on the way', async () => {
  test.skip(previous === null, 'The history of this checkout does not reach back to the build before.');
  test.setTimeout(180_000);
  const old = path.join(folder, 'old');
  await buildServerOf(previous as string, old);
  const first = await start(old);
  const second = await start(old);
  await seedFleet(first.url, fleet);
  const { planId } = await call<{ planId: string }>(
    first.url,
    'plans.create',
    'mutation',
    planOf(fleet, 'v2', 20),
  );
  await call(first.url, 'plans.start', 'mutation', { planId });
  await until(async () => (await done(planId)) >= 3);

  // Migrates while the old ones are in the middle of their stages, and takes part.
  const newer = await start('.');
  const nodes = async () =>
    (
      await connection.sql`select distinct node_id from task where plan_id = ${planId} and node_id is not null`
    ).length;
  await until(async () => (await nodes()) === 3);
  for (const [action, task] of [
    ['pause', `${planId}.110`],
    ['cancel', `${planId}.111`],
  ])
    await call(newer.url, `tasks.${action}`, 'mutation', { taskId: task, reason: 'during the upgrade' });
  await end(first);
  const sofar = await done(planId);
  await until(async () => (await done(planId)) > sofar + 5);
  await end(second);
  const last = await start('.');
  await call(last.url, 'tasks.resume', 'mutation', { taskId: `${planId}.110` });
  await until(async () => (await statusOf(planId)) === 'COMPLETED');

  // What the old build switched, the new one takes back.
  await call(last.url, 'plans.rollback', 'mutation', { planId, reason: 'the way back works as well' });
  await until(async () => (await statusOf(planId)) === 'ROLLED_BACK');
  for (const tenantId of fleet.tenants.keys())
    if (tenantId !== 't110') expect(await fleet.versions(tenantId)).toEqual(['v1', 'v1']);

  expect(checkHistory(await readHistory(connection.db, witnessed(fleet.requests), true))).toEqual([]);
});

/** The calls as the instances saw them. They do not fence: one of an older epoch counts as applied. */
function witnessed(requests: readonly RequestRecord[]): TargetCall[] {
  const newest = new Map<string, number>();
  return requests.map(({ tenantId, instance, method, path: url, task, epoch, idempotencyKey, outcome }) => {
    const stale = task !== null && epoch !== null && epoch < (newest.get(task) ?? 0);
    if (task !== null && epoch !== null && !stale) newest.set(task, epoch);
    const failed = outcome === 'dropped' || outcome >= 300;
    return {
      ...{ tenantId, instance, method, path: url, task, epoch, idempotencyKey, stale },
      outcome: failed ? 'failed' : method === 'GET' ? 'read' : 'applied',
    };
  });
}

async function start(home: string): Promise<Running> {
  const server = await startSwitchyard('server/main', env, () => {}, home);
  running.add(server);
  return server;
}

async function end(server: Running): Promise<void> {
  running.delete(server);
  await server.stop();
}

const until = (reached: () => Promise<boolean>) =>
  expect.poll(reached, { timeout: 90_000, intervals: [50] }).toBe(true);

async function statusOf(planId: string): Promise<string> {
  const [row] = await connection.sql`select status from plan where plan_id = ${planId}`;
  return row?.status as string;
}

async function done(planId: string): Promise<number> {
  return (await connection.sql`select 1 from task where plan_id = ${planId} and status = 'COMPLETED'`).length;
}

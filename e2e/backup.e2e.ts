import { type ExecFileException, execFile } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { makeScratchFolder } from '@/db/testing/scratch';
import { Fleet } from '@/demo/fleet/fleet';
import { Hold } from '@/demo/fleet/testing/hold';
import { call, type Running, startSwitchyard } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';

let folder: string;
let fleet: Fleet;
let server: Running | undefined;

test.beforeAll(async () => {
  folder = makeScratchFolder();
  const tenants = ['t0', 't1', 't2', 't3'].map((tenantId) => ({ tenantId, instances: 2 }));
  fleet = await Fleet.start({ version: 'v1', tenants });
});

test.afterAll(async () => {
  await server?.stop();
  await fleet.close();
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = () => path.join(folder, 'data');

async function serve(): Promise<Running> {
  const env = { SWITCHYARD_DATA_DIR: dataDir(), SWITCHYARD_TARGET_ALLOW: '127.0.0.1' };
  server = await startSwitchyard('server/main', env);
  return server;
}

/** Runs the command as an operator would, and says with what it ended. */
function switchyard(...args: string[]): Promise<{ code: number; said: string }> {
  const program = [path.resolve('dist/scripts/switchyard.js'), ...args];
  const { DATABASE_URL: _theirs, ...inherited } = process.env;
  const env = { ...inherited, SWITCHYARD_DATA_DIR: dataDir() };
  return new Promise((resolve) =>
    execFile(process.execPath, program, { env }, (error: ExecFileException | null, out, errors) =>
      resolve({ code: error ? Number(error.code) : 0, said: out + errors }),
    ),
  );
}

test('a backup taken in the middle of a plan is restored, and the plan goes on from there and ends right', async () => {
  const first = await serve();
  await seedFleet(first.url, fleet);
  const { planId } = await call<{ planId: string }>(
    first.url,
    'plans.create',
    'mutation',
    planOf(fleet, 'v2', 1),
  );
  const held = Hold.on(fleet, ({ tenantId, path: asked }) => tenantId === 't1' && asked === '/reload');
  await call(first.url, 'plans.start', 'mutation', { planId });
  await held.until();

  const kept = path.join(folder, 'kept');
  await test.step('it is taken while the server works', async () => {
    const { code, said } = await switchyard('backup', kept);
    expect(said).toMatch(
      /\d+ files, [\d.]+ MB\.\nSecrets in it are sealed, and the key [0-9a-f]{8} is not in it/,
    );
    expect(code).toBe(0);
    expect(existsSync(path.join(kept, 'secret.key'))).toBe(false);
    expect(await switchyard('backup', kept)).toMatchObject({
      code: 1,
      said: expect.stringContaining('is there already'),
    });
  });

  held.release();
  await until(first, planId, 'COMPLETED');
  const lost = fleet.requests.splice(0);
  await test.step('it is not put over a database that runs', async () => {
    const { code, said } = await switchyard('restore', kept);
    expect(said).toMatch(/is running \(process \d+\)\. Nothing was replaced\. Stop the server first/);
    expect(code).toBe(1);
  });
  await first.stop();

  await test.step('one that is damaged is refused before anything is replaced', async () => {
    const damaged = path.join(folder, 'damaged');
    cpSync(kept, damaged, { recursive: true });
    appendFileSync(path.join(damaged, 'cluster/global/pg_control'), 'x');
    const { code, said } = await switchyard('restore', damaged);
    expect(said).toMatch(/1 of its \d+ files are not as they were backed up:.*Nothing was replaced/);
    expect(said).toContain('cluster/global/pg_control is damaged');
    expect(code).toBe(1);
    expect(
      readdirSync(path.join(dataDir(), 'postgres')).filter((name) => name.startsWith('cluster')),
    ).toEqual(['cluster']);
  });

  const { code, said } = await switchyard('restore', kept);
  expect(said).toContain(`1 plan (${planId}) with 1 running tasks go on when the server starts`);
  expect(said).toMatch(/What was there before is in \S+cluster\.before-restore-\S+\./);
  expect(code).toBe(0);
  const before = /What was there before is in (\S+)\. /.exec(said)?.[1] ?? '';
  expect(readFileSync(path.join(before, 'PG_VERSION'), 'utf8')).toMatch(/^\d+\n$/);

  const second = await serve();
  await until(second, planId, 'COMPLETED');
  for (const tenantId of fleet.tenants.keys()) expect(await fleet.versions(tenantId)).toEqual(['v2', 'v2']);
  const sent = (tenantId: string, calls = fleet.requests) =>
    calls.filter((one) => one.tenantId === tenantId && one.method !== 'GET');

  await test.step('what was over stays over, and what was under way is in doubt and sent again under its key', async () => {
    expect(sent('t0')).toEqual([]);
    const { events } = await call<{ events: { kind: string }[] }>(second.url, 'tasks.events', 'query', {
      taskId: `${planId}.2`,
    });
    expect(events.map(({ kind }) => kind)).toContain('StepInDoubt');
    expect(sent('t1').map((one) => one.path)).toEqual(['/reload', '/reload']);
    expect(sent('t1').map((one) => one.idempotencyKey)).toEqual(
      sent('t1', lost)
        .filter((one) => one.path === '/reload')
        .map((one) => one.idempotencyKey),
    );
    expect(Math.min(...sent('t1').map((one) => one.epoch ?? 0))).toBeGreaterThan(
      Math.max(...lost.map((one) => one.epoch ?? 0)),
    );
  });

  await test.step('what instances got after the backup is not sent to them again, and they say so', async () => {
    expect([...sent('t2'), ...sent('t3')]).toEqual([]);
    const { events } = await call<{ events: object[] }>(second.url, 'tasks.events', 'query', {
      taskId: `${planId}.3`,
    });
    expect(JSON.stringify(events)).toContain('v2 already');
  });

  await test.step('numbers of plans are not given twice', async () => {
    const next = await call<{ planId: string }>(
      second.url,
      'plans.create',
      'mutation',
      planOf(fleet, 'v3', 1),
    );
    expect(Number(next.planId.slice('PLN-'.length))).toBeGreaterThan(1000);
  });
  await second.stop();

  await test.step('with its key, one of a stopped database opens where there was none', async () => {
    const whole = path.join(folder, 'whole');
    expect(await switchyard('backup', whole, '--with-secret-key')).toMatchObject({
      code: 0,
      said: expect.stringContaining('It has the secret key'),
    });
    rmSync(dataDir(), { recursive: true });
    const restored = await switchyard('restore', whole);
    expect(restored.said).toContain('The secret key of the backup is in');
    expect(readFileSync(path.join(dataDir(), 'secret.key'))).toEqual(
      readFileSync(path.join(whole, 'secret.key')),
    );
  });
});

async function until({ url }: Running, planId: string, status: string): Promise<void> {
  const now = async () => (await call<{ status: string }>(url, 'plans.get', 'query', { planId })).status;
  await expect.poll(now, { intervals: [100] }).toBe(status);
}

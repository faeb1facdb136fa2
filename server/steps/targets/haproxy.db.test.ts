import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { Backend } from './testing/backend';
import { Middleman } from './testing/middleman';
import { codeBlock, recipe } from './testing/recipe';
import { needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const haproxy = needs('haproxy', 'HAProxy');
const TOKEN = 'switch-token-1';
/** More than are switched at once; the changes of one in the middle go through the middleman. */
const CROWD = ['t1', 't2', 't3', 't4', 't5'];
const OUTAGE_MS = 3000;

describe.skipIf(haproxy.missing)(haproxy.title, () => {
  const backends: Backend[] = [];
  let software: Software;
  let traffic: string;
  let admin: string;
  let middleman: Middleman;
  let switching: Switching;

  beforeAll(async () => {
    for (const version of ['v1', 'v2']) backends.push(await Backend.start(version));
    const [blue = '', green = ''] = backends.map(({ address }) => address);
    const addresses = {
      TRAFFIC_ADDRESS: `127.0.0.1:${await freePort()}`,
      SWITCH_ADDRESS: `127.0.0.1:${await freePort()}`,
    };
    traffic = `http://${addresses.TRAFFIC_ADDRESS}`;
    admin = `http://${addresses.SWITCH_ADDRESS}`;
    software = await Software.start({
      program: haproxy.path,
      // One process, in the foreground.
      args: (folder) => ['-db', '-f', join(folder, 'haproxy.cfg')],
      env: {
        ...addresses,
        SWITCH_TOKEN: TOKEN,
        TENANT_MAP: 'tenants.map',
        KEEP_SCRIPT: 'keep.lua',
        BLUE_ADDRESS: blue,
        GREEN_ADDRESS: green,
      },
      prepare: (folder) => {
        writeFileSync(join(folder, 'haproxy.cfg'), codeBlock('recipes/haproxy.md', 'haproxy'));
        writeFileSync(join(folder, 'keep.lua'), codeBlock('recipes/haproxy.md', 'lua'));
        writeFileSync(join(folder, 'tenants.map'), 'acme blue\n');
      },
      ready: () => fetch(admin),
    });
    middleman = await Middleman.before(admin, (method) => method === 'PUT');
    switching = await Switching.start({
      playbook: recipe('haproxy'),
      crowd: CROWD,
      endpoints: (tenantId) => [
        {
          key: 'lb',
          url: tenantId === 't3' ? middleman.url : admin,
          healthUrl: `${traffic}/${tenantId}/health`,
        },
      ],
      secrets: { SWITCH_TOKEN: TOKEN },
      // There is no red backend.
      versions: { v1: { backend: 'blue' }, v2: { backend: 'green' }, v3: { backend: 'red' } },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await middleman?.close();
    await software?.stop();
    await Promise.all(backends.map((backend) => backend.close()));
  });

  const served = async (tenantId = 'acme') =>
    ((await (await fetch(`${traffic}/${tenantId}/`)).json()) as { version: string }).version;

  it('is switched by its map, without a reload and for this tenant alone', async () => {
    expect(await served()).toBe('v1');
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await served()).toBe('v2');
    expect(await served('other')).toBe('v1');
    const asked = await fetch(`${admin}/tenants/acme`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await asked.json()).toEqual({ backend: 'green' });
    expect(run.stored).not.toContain(TOKEN);
  });

  it('that has no such backend fails the health-check, and goes back', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({ status: 'FAILED', failure: { code: 'HEALTH_CHECK' } });
    expect((await fetch(`${traffic}/acme/`)).status).toBe(503);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await served()).toBe('v2');
  });

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    middleman.mischief = { cut: true, beforeCut: () => software.outage(OUTAGE_MS) };
    const run = await switching.crowdTo('v2');
    await software.back;
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    expect(run.details.join()).toContain('lb was applied although its answer was lost (it runs v2)');
    expect(await Promise.all(CROWD.map(served))).toEqual(CROWD.map(() => 'v2'));
    expect(await served()).toBe('v2');
  });

  it('takes nothing that it cannot keep', async () => {
    const put = (path: string) =>
      fetch(`${admin}${path}`, { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}` } });
    expect((await put('/tenants/acme?backend=a%0Aother')).status).toBe(500);
    expect((await put('/tenants/a/b?backend=blue')).status).toBe(500);
    const folder = join(software.folder, 'tenants.map.new');
    mkdirSync(folder);
    expect((await put('/tenants/acme?backend=blue')).status).toBe(500);
    rmdirSync(folder);
    expect(await served()).toBe('v2');
  });

  it('changes nothing for who has no token', async () => {
    expect((await fetch(`${admin}/tenants/acme?backend=blue`, { method: 'PUT' })).status).toBe(401);
    expect(await served()).toBe('v2');
  });
});

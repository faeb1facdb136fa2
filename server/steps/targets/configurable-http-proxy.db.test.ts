import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { Backend } from './testing/backend';
import { Middleman } from './testing/middleman';
import { recipe } from './testing/recipe';
import { Software } from './testing/software';
import { Switching } from './testing/switching';

const TOKEN = 'proxy-token-1';

describe('configurable-http-proxy', () => {
  const backends: Backend[] = [];
  let proxy: Software;
  let api: string;
  let traffic: string;
  let middleman: Middleman;
  let switching: Switching;

  beforeAll(async () => {
    for (const version of ['v1', 'v2']) backends.push(await Backend.start(version));
    const [port, apiPort, nobody] = [await freePort(), await freePort(), await freePort()];
    api = `http://127.0.0.1:${apiPort}`;
    const require = createRequire(import.meta.url);
    proxy = await Software.start({
      program: process.execPath,
      args: () => [
        require.resolve('configurable-http-proxy/bin/configurable-http-proxy'),
        ...['--ip', '127.0.0.1', '--port', `${port}`, '--api-ip', '127.0.0.1', '--api-port', `${apiPort}`],
      ],
      env: { CONFIGPROXY_AUTH_TOKEN: TOKEN },
      // It says where its API is before it listens there.
      ready: () => routes('GET'),
    });
    traffic = `http://127.0.0.1:${port}`;
    middleman = await Middleman.before(api, (method) => method === 'POST');
    const [v1, v2] = backends.map(({ address }) => ({ backend: `http://${address}` }));
    await routes('POST', '/acme', { target: v1?.backend });
    switching = await Switching.start({
      playbook: recipe('configurable-http-proxy'),
      endpoints: [{ key: 'proxy', url: middleman.url, healthUrl: `${traffic}/acme/health` }],
      secrets: { PROXY_TOKEN: TOKEN },
      versions: { v1: v1 ?? {}, v2: v2 ?? {}, v3: { backend: `http://127.0.0.1:${nobody}` } },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await middleman?.close();
    await proxy?.stop();
    await Promise.all(backends.map((backend) => backend.close()));
  });

  async function routes(method: string, path = '', body?: object): Promise<Response> {
    return fetch(`${api}/api/routes${path}`, {
      method,
      headers: { authorization: `token ${TOKEN}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }
  /** What a visitor of the tenant gets. */
  const served = async () =>
    ((await (await fetch(`${traffic}/acme/`)).json()) as { version: string }).version;

  it('is switched, and its routes say so', async () => {
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await served()).toBe('v2');
    expect(await (await routes('GET')).json()).toMatchObject({
      '/acme': { target: `http://${backends[1]?.address}`, version: 'v2' },
    });
    expect(run.stored).not.toContain(TOKEN);
  });

  it('that leads nowhere fails the health-check, and goes back', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'HEALTH_CHECK', message: expect.stringContaining('proxy answered 503') },
    });
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await served()).toBe('v2');
  });

  it('that takes the route and cuts the connection is not told twice', async () => {
    middleman.changes.length = 0;
    middleman.mischief = { cut: true };
    const run = await switching.to('v1');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(run.details[0]).toContain('proxy was applied although its answer was lost (it runs v1)');
    expect(middleman.changes).toEqual(['POST /api/routes/acme']);
    expect(await served()).toBe('v1');
  });

  it('is not told twice when another process takes over before the answer', async () => {
    middleman.changes.length = 0;
    middleman.mischief = { cut: true, beforeCut: () => switching.takeOver() };
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(run.kinds).toContain('StepInDoubt');
    expect(run.details[0]).toContain('proxy was applied although its answer was lost (it runs v2)');
    expect(middleman.changes).toEqual(['POST /api/routes/acme']);
    expect(await served()).toBe('v2');
  });
});

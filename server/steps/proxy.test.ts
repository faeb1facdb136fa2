import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { checkStep, runStep } from './registry';
import { StepServer, stepContext } from './testing/step-context';

let target: StepServer;
let proxy: Server;
let asked: { to: string; proof: string | undefined }[];
let refusing = false;
beforeEach(async () => {
  target = await StepServer.start();
  asked = [];
  refusing = false;
  proxy = createServer().on('connect', ({ url = '', headers }, client) => {
    asked.push({ to: url, proof: headers['proxy-authorization'] });
    if (refusing) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    // Whatever it is asked for, it leads to the one target there is.
    const upstream = connect(Number(new URL(target.url).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  proxy.closeAllConnections();
  await target.close();
  await new Promise((resolve) => proxy.close(resolve));
});

const at = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
const run = (url: string, settings: object, allow = '127.0.0.1, inside.example') =>
  runStep(
    { name: 'call', type: 'http-request', request: { method: 'PUT', url, retries: 'none' }, ...settings },
    stepContext([{ key: 'a', url: target.url }], {
      http: createTargetDispatcher({ allow: parseTargetAllow(allow) }),
      secrets: { PROXY: 'proxy-password' },
    }),
  );

describe('a target behind a proxy', () => {
  it('is reached by a name that only the proxy knows, with what the proxy wants to hear', async () => {
    const done = await run('http://inside.example:8080/config', {
      proxy: { url: at(), username: 'sw', password: '{{secret.PROXY}}' },
    });
    expect(done).toMatchObject({ ok: true });
    expect(asked).toEqual([
      { to: 'inside.example:8080', proof: `Basic ${Buffer.from('sw:proxy-password').toString('base64')}` },
    ]);
    expect(target.received).toMatchObject([
      { method: 'PUT', url: '/config', headers: { host: 'inside.example:8080' } },
    ]);
    expect(target.received[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it.each([
    ['a name that is not listed', 'http://outside.example/x', '127.0.0.1'],
    [
      'a name that a range could allow, which the proxy would resolve',
      'http://outside.example/x',
      '127.0.0.1, 10.0.0.0/8',
    ],
    ['metadata', 'http://169.254.169.254/x', '*'],
  ])('is not asked for %s', async (_name, url, allow) => {
    expect(await run(url, { proxy: { url: at() } }, allow)).toMatchObject({
      failure: { code: 'TARGET_REFUSED' },
    });
    expect(asked).toEqual([]);
  });

  it('is not reached by a proxy that is not listed itself', async () => {
    const done = await run('http://inside.example/x', { proxy: { url: at() } }, 'inside.example');
    expect(done).toMatchObject({
      failure: { code: 'TARGET_REFUSED', message: expect.stringContaining('127.0.0.1') },
    });
  });

  it('says what a proxy answers that refuses', async () => {
    refusing = true;
    expect(await run('http://inside.example/x', { proxy: { url: at() } })).toMatchObject({
      failure: {
        errorType: 'NETWORK',
        code: 'PROXY',
        message: 'acme cannot be reached: its proxy answered 403.',
      },
    });
  });

  it.each(['ftp://proxy', 'proxy:3128', 'http://u:p@proxy:3128'])('%s is no address of one', async (url) => {
    expect(await run('http://inside.example/x', { proxy: { url } })).toMatchObject({
      failure: { code: 'WAY' },
    });
    expect(checkStep({ name: 'a', type: 'http-request', proxy: { url, port: 1 } })).toMatchObject([
      { path: ['proxy', 'port'] },
    ]);
  });
});

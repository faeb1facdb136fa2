import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { runStep } from './registry';
import { stepContext } from './testing/step-context';
import { TEST_CERTIFICATE, TEST_KEY } from './testing/test-certificate';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (_request, response) =>
    response.end('{}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const run = (settings: object, change: Parameters<typeof stepContext>[1] = {}) =>
  runStep(
    { name: 'call', type: 'http-request', request: { method: 'PUT' }, ...settings },
    stepContext([{ key: 'a', url }], { secrets: { CA: TEST_CERTIFICATE }, ...change }),
  );

it('a private authority is trusted only where it is named', async () => {
  expect(await run({})).toMatchObject({
    ok: false,
    failure: {
      errorType: 'NETWORK',
      message: expect.stringContaining('give its authority as caPem'),
    },
  });
  expect(await run({ caPem: '{{secret.CA}}' })).toMatchObject({ ok: true });
  expect(await run({ caPem: TEST_CERTIFICATE })).toMatchObject({ ok: true });
});

it('an authority of its own does not open what is not on the list', async () => {
  const http = createTargetDispatcher({ allow: parseTargetAllow('10.0.0.0/8') });
  expect(await run({ caPem: TEST_CERTIFICATE }, { http })).toMatchObject({
    failure: { code: 'TARGET_REFUSED' },
  });
});

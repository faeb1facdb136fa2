import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StepServer } from '../testing/step-context';
import { TEST_CERTIFICATE, TEST_KEY } from '../testing/test-certificate';
import { ApolloApi, ConsulApi, type DocumentedApi, KubernetesApi, NacosApi } from './testing/documented-apis';
import { recipe } from './testing/recipe';
import { Switching } from './testing/switching';

const versions = {
  v1: { backend: 'blue' },
  v2: { backend: 'green' },
  huge: { backend: 'x'.repeat(120_000) },
};
const text = (version: keyof typeof versions) => JSON.stringify(versions[version]);

let server: StepServer;
let switching: Switching;
async function start(
  api: DocumentedApi,
  name: string,
  options: Partial<Parameters<typeof Switching.start>[0]>,
) {
  server = await StepServer.start();
  server.answer = (request, response) => api.answer(request, response);
  switching = await Switching.start({
    playbook: recipe(name),
    endpoints: [{ key: 'api', url: server.url }],
    versions,
    ...options,
  });
}
afterEach(async () => {
  await switching?.close();
  await server?.close();
});

it('Consul: checks and sets, and begins anew when somebody else was quicker', async () => {
  const api = new ConsulApi('consul-token-1');
  const key = 'tenants/acme/config';
  api.put(key, text('v1'));
  await start(api, 'consul', { secrets: { CONSUL_TOKEN: 'consul-token-1' } });
  let others = 1;
  const { answer } = server;
  server.answer = (request, response) => {
    // Between the read and the write of the first try.
    if (request.method === 'PUT' && others-- > 0) api.put(key, text('v1'));
    answer(request, response);
  };
  const run = await switching.to('v2');
  expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
  expect(server.received.filter(({ method }) => method === 'PUT')).toHaveLength(2);
  expect(api.keys.get(key)?.value).toBe(text('v2'));
  expect(run.stored).not.toContain('consul-token-1');
  expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
  expect(api.keys.get(key)?.value).toBe(text('v1'));
});

it('Consul: says what it refuses', async () => {
  const api = new ConsulApi('another-token');
  await start(api, 'consul', { secrets: { CONSUL_TOKEN: 'consul-token-1' } });
  expect(await switching.to('v2')).toMatchObject({
    status: 'FAILED',
    failure: { message: expect.stringContaining('answered 403, expected 2xx ("ACL not found")') },
  });
});

it('Nacos: logs in once, and anew when the token has expired', async () => {
  const api = new NacosApi('p&ss word=1');
  api.configs.set('TENANTS/acme', text('v1'));
  await start(api, 'nacos', { secrets: { NACOS_PASSWORD: 'p&ss word=1' } });
  const run = await switching.to('v2');
  expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
  expect(api.configs.get('TENANTS/acme')).toBe(text('v2'));
  expect(api.logins).toBe(1);
  expect(run.stored).not.toMatch(/nacos-token|p&ss/);
  api.expire();
  expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
  expect(api.logins).toBe(2);
  expect(api.configs.get('TENANTS/acme')).toBe(text('v1'));
  expect(await switching.to('huge')).toMatchObject({
    status: 'FAILED',
    failure: { message: expect.stringContaining('content length must not be greater than 102400') },
  });
});

it('Apollo: confirms the release, not the item', async () => {
  const api = new ApolloApi('apollo-token-1');
  api.items.set('tenants/acme', text('v1'));
  api.released = new Map(api.items);
  const variables = { env: 'PRO', app: 'edge', cluster: 'default', namespace: 'tenants' };
  await start(api, 'apollo', { variables, secrets: { APOLLO_TOKEN: 'apollo-token-1' } });
  const run = await switching.to('v2');
  expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
  expect(api.released.get('tenants/acme')).toBe(text('v2'));
  expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
  expect(api.released.get('tenants/acme')).toBe(text('v1'));
  expect(await switching.to('huge')).toMatchObject({
    status: 'FAILED',
    failure: { message: expect.stringContaining('("value too long. length limit:20000")') },
  });
});

describe('Kubernetes', () => {
  const api = new KubernetesApi('k8s-token-1');
  let secure: Server;
  let url: string;
  beforeAll(async () => {
    secure = createServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, async (request, response) => {
      const bytes = await buffer(request);
      const { method = '', url: path = '', headers } = request;
      api.answer({ method, url: path, headers, body: bytes.toString(), bytes }, response);
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    secure.closeAllConnections();
    await new Promise((resolve) => secure.close(resolve));
  });

  it('patches, restarts, waits for the rollout, and gives up with the words of the controller', async () => {
    api.data = { 'app.json': text('v1'), other: 'kept' };
    // Looks at a rollout follow one another at once.
    const playbook = JSON.parse(
      JSON.stringify(recipe('kubernetes')).replace('"everySeconds":3', '"everySeconds":0'),
    );
    await start(api, 'kubernetes', {
      playbook,
      endpoints: [{ key: 'cluster', url }],
      variables: { namespace: 'tenants' },
      secrets: { K8S_TOKEN: 'k8s-token-1', K8S_CA: TEST_CERTIFICATE },
    });
    api.stuck = true;
    const stuck = await switching.to('v2');
    expect(stuck).toMatchObject({
      status: 'FAILED',
      failure: {
        code: 'FAILED_FAST',
        message: expect.stringContaining('("ReplicaSet "acme-7d9" has timed out progressing.")'),
      },
    });
    api.stuck = false;
    expect(await switching.back(stuck.taskId)).toBe('ROLLED_BACK');
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(api.data).toEqual({ 'app.json': text('v2'), other: 'kept' });
    expect(api.annotations['switchyard/switched']).toMatch(/^v2 PLN-\d+\.1 1$/);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(api.data['app.json']).toBe(text('v1'));
  });
});

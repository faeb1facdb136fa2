import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One HTTP service for all tenants, `/<tenant>/config|reload|health`: says its port, then answers until it is killed. */
const stored = new Map<string, string>();
const effective = new Map<string, string>();

const server = createServer(async (request, response) => {
  const [, tenant = '', action = ''] = (request.url ?? '').split('/');
  if (request.method !== 'GET') {
    const body = await text(request);
    if (action === 'config') stored.set(tenant, String(JSON.parse(body).version));
    else effective.set(tenant, stored.get(tenant) ?? 'v0');
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: 'UP', version: effective.get(tenant) ?? 'v0' }));
});
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));

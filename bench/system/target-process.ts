import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * One HTTP service for all tenants, `/<tenant>/config|reload|health`: says its port, then answers until it is killed, after
 * as many milliseconds as its argument says. With each line of its input the next configuration is refused.
 */
const answerMillis = Number(process.argv[2] ?? 0);
const stored = new Map<string, string>();
const effective = new Map<string, string>();

let toRefuse = 0;
createInterface({ input: process.stdin }).on('line', () => {
  toRefuse += 1;
});

const server = createServer(async (request, response) => {
  const [, tenant = '', action = ''] = (request.url ?? '').split('/');
  if (request.method !== 'GET') {
    const body = await text(request);
    if (action === 'config' && toRefuse > 0) {
      toRefuse -= 1;
      response.statusCode = 422;
    } else if (action === 'config') stored.set(tenant, String(JSON.parse(body).version));
    else effective.set(tenant, stored.get(tenant) ?? 'v0');
  }
  if (answerMillis > 0) await delay(answerMillis);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: 'UP', version: effective.get(tenant) ?? 'v0' }));
});
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Fleet } from './fleet';
import type { Fault } from './instance';
import { PANEL_PAGE } from './panel-page';

const KINDS = ['none', 'slow', 'fail', 'dead', 'stuck', 'drop', 'deny'];

/** The demo fleet's own small control server: a page to click and the same by HTTP (`GET /tenants`, `POST /faults`). */
export function startPanel(fleet: Fleet, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(fleet, request, response).catch((error: unknown) => {
      send(response, 400, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function answer(fleet: Fleet, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method} ${(request.url ?? '/').split('?')[0]}`;
  if (route === 'GET /') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PANEL_PAGE);
  } else if (route === 'GET /tenants') {
    send(response, 200, describe(fleet));
  } else if (route === 'GET /requests') {
    send(response, 200, fleet.requests.slice(-5000));
  } else if (route === 'POST /faults') {
    const { tenantId, instance, fault } = (await json(request)) as {
      tenantId: string;
      instance?: string;
      fault: Fault;
    };
    if (!KINDS.includes(fault?.kind)) throw new Error(`fault.kind must be one of ${KINDS.join(', ')}.`);
    fleet.setFault(tenantId, fault, instance);
    send(response, 200, describe(fleet));
  } else {
    send(response, 404, { error: `There is no ${route}. Try GET /tenants or POST /faults.` });
  }
}

function describe(fleet: Fleet) {
  return [...fleet.tenants.values()].map(({ tenantId, instances }) => ({
    tenantId,
    instances: instances.map(({ key, url, version, fault }) => ({ key, url, version, fault })),
  }));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

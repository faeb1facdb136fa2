import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import type { Endpoint } from '@/domain/tenant';
import { Software } from '@/server/steps/targets/testing/software';
import { freePort } from '@/server/testing/free-port';

const TOKEN = 'proxy-token-1';
/** Visitors at once; each goes around its own routes one request after the other. */
const VISITORS = 4;

export type Colour = 'blue' | 'green';
const VERSIONS: Record<Colour, string> = { blue: 'v1', green: 'v2' };

/** What visitors of some tenants met from beginning to end. */
export interface Visits {
  requests: number;
  /** Anything but a 200 of the tenant itself, with where it happened. */
  failures: string[];
  /** Answers by version. */
  byVersion: Record<string, number>;
  /** Routes that went back to the old version after they had shown the new one. */
  turnedBack: string[];
}

/** Visitors on their way. */
interface Visitors {
  readonly sofar: number;
  /** Resolves once so many more came. */
  more(count: number): Promise<void>;
  end(): Promise<Visits>;
}

/** One real routing proxy. */
interface Edge {
  key: string;
  software: Software;
  api: string;
  traffic: string;
}

/**
 * Tenants as they stand behind edges: two configurable-http-proxy processes, and for each tenant a blue backend that the
 * routes lead to and a green one that they are to lead to. Visitors come through the edges, like everybody.
 */
export class BlueGreen {
  /** When a backend was asked, by its name; milliseconds of this process's own monotonic clock. */
  readonly asked = new Map<string, number[]>();
  /** A backend that is dead cuts no connection before this. */
  patience: Promise<unknown> = Promise.resolve();
  readonly #visits: (() => Promise<Visits>)[] = [];
  readonly #dead = new Set<string>();
  readonly #backends = new Map<string, Server>();
  /** A connection for each visit: one that is kept may be closed as idle just when a busy machine gets to use it again. */
  readonly #agent = new Agent({ connections: VISITORS, pipelining: 0 });

  private constructor(
    readonly tenants: readonly string[],
    private readonly edges: readonly Edge[],
  ) {}

  static async start(tenants: readonly string[]): Promise<BlueGreen> {
    const edges: Edge[] = [];
    for (const key of ['edge-1', 'edge-2']) edges.push(await startEdge(key));
    const all = new BlueGreen(tenants, edges);
    for (const tenant of tenants)
      for (const colour of ['blue', 'green'] as const) await all.#startBackend(tenant, colour);
    await Promise.all(edges.flatMap((edge) => tenants.map((tenant) => all.#route(edge, tenant))));
    return all;
  }

  readonly secrets = { PROXY_TOKEN: TOKEN };

  endpoints(tenant: string): Endpoint[] {
    return this.edges.map(({ key, api, traffic }) => ({
      key,
      url: api,
      healthUrl: `${traffic}/${tenant}/health`,
    }));
  }

  address(tenant: string, colour: Colour): string {
    const address = this.#backends.get(`${tenant}/${colour}`)?.address() as AddressInfo | undefined;
    if (!address) throw new Error(`${tenant} has no ${colour} backend.`);
    return `http://127.0.0.1:${address.port}`;
  }

  /** From now on the backend cuts every connection. */
  kill(tenant: string, colour: Colour): void {
    this.#dead.add(`${tenant}/${colour}`);
  }

  /** The versions that visitors of a tenant get, edge by edge; the status where it is no 200. */
  served(tenant: string): Promise<(string | number)[]> {
    return Promise.all(this.edges.map((edge) => this.#visit(edge, tenant)));
  }

  /** Lets visitors come without a break until they are told to end, through every edge to every one of the tenants. */
  visit(tenants: readonly string[]): Visitors {
    const seen: Visits = { requests: 0, failures: [], byVersion: {}, turnedBack: [] };
    const routes = this.edges.flatMap((edge) => tenants.map((tenant) => ({ edge, tenant })));
    const switched = new Set<string>();
    const waiting = new Map<() => void, number>();
    let ending = false;
    const visitor = async (mine: typeof routes) => {
      while (!ending) {
        for (const { edge, tenant } of mine) {
          const answer = await this.#visit(edge, tenant).catch((error: unknown) => String(error));
          const name = `${edge.key}/${tenant}`;
          seen.requests += 1;
          for (const [resolve, count] of waiting) if (seen.requests >= count) resolve();
          seen.byVersion[answer] = (seen.byVersion[answer] ?? 0) + 1;
          if (answer === VERSIONS.green) switched.add(name);
          else if (answer !== VERSIONS.blue) seen.failures.push(`${name}: ${answer}`);
          else if (switched.has(name)) seen.turnedBack.push(name);
        }
      }
    };
    const visitors = Array.from({ length: VISITORS }, (_, index) =>
      visitor(routes.filter((_route, route) => route % VISITORS === index)),
    );
    const end = async () => {
      ending = true;
      await Promise.all(visitors);
      return seen;
    };
    this.#visits.push(end);
    return {
      get sofar() {
        return seen.requests;
      },
      more: (count) => new Promise((resolve) => waiting.set(resolve, seen.requests + count)),
      end,
    };
  }

  async close(): Promise<void> {
    // Also of a test that broke in between: nobody would ever end them.
    await Promise.all(this.#visits.map((end) => end()));
    await this.#agent.close();
    await Promise.all(this.edges.map(({ software }) => software.stop()));
    await Promise.all(
      [...this.#backends.values()].map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  /** The version that answered, or the status where it is no 200; only an answer of the tenant's own backend counts. */
  async #visit({ traffic }: Edge, tenant: string): Promise<string | number> {
    const path = `/${tenant}/`;
    const { statusCode, body } = await this.#agent.request({ origin: traffic, path, method: 'GET' });
    const text = await body.text();
    if (statusCode !== 200) return statusCode;
    const told = JSON.parse(text) as { tenant: string; version: string };
    return told.tenant === tenant ? told.version : `answered by ${told.tenant}`;
  }

  async #startBackend(tenant: string, colour: Colour): Promise<void> {
    const name = `${tenant}/${colour}`;
    const server = createServer((request, response) => {
      this.asked.set(name, [...(this.asked.get(name) ?? []), performance.now()]);
      if (this.#dead.has(name)) {
        void this.patience.then(() => request.socket.destroy());
        return;
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ tenant, version: VERSIONS[colour], status: 'UP' }));
    });
    // The same on the proxies' way to it: whoever keeps a connection is the one to close it.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#backends.set(name, server);
  }

  async #route({ api }: Edge, tenant: string): Promise<void> {
    const answer = await fetch(`${api}/api/routes/${tenant}`, {
      method: 'POST',
      headers: { authorization: `token ${TOKEN}` },
      body: JSON.stringify({ target: this.address(tenant, 'blue'), version: VERSIONS.blue }),
    });
    if (answer.status !== 201)
      throw new Error(`${api} did not take the route of ${tenant}: ${answer.status}`);
  }
}

async function startEdge(key: string): Promise<Edge> {
  const [port, apiPort] = [await freePort(), await freePort()];
  const software = await Software.start({
    program: process.execPath,
    args: () => [
      createRequire(import.meta.url).resolve('configurable-http-proxy/bin/configurable-http-proxy'),
      ...['--ip', '127.0.0.1', '--port', `${port}`, '--api-ip', '127.0.0.1', '--api-port', `${apiPort}`],
    ],
    env: { CONFIGPROXY_AUTH_TOKEN: TOKEN },
    ready: /Proxy API at/,
  });
  return { key, software, api: `http://127.0.0.1:${apiPort}`, traffic: `http://127.0.0.1:${port}` };
}

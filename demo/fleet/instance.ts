import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * How an instance misbehaves. `fail` answers 500 to the next `times` requests that change something; `dead` takes
 * them, but what is behind it gives no sign of life; `stuck` accepts what it is told and never applies it; `drop` applies
 * a change and cuts the connection; `deny` answers 200 to a change, with an error inside, and changes nothing.
 */
export type Fault =
  | { kind: 'none' }
  | { kind: 'slow'; millis: number }
  | { kind: 'fail'; times: number }
  | { kind: 'dead' }
  | { kind: 'stuck' }
  | { kind: 'drop' }
  | { kind: 'deny' };

/** One request as the instance saw it; times are milliseconds of the fleet's own monotonic clock. */
export interface RequestRecord {
  tenantId: string;
  instance: string;
  method: string;
  path: string;
  version: string | null;
  idempotencyKey: string | null;
  task: string | null;
  epoch: number | null;
  startedAt: number;
  endedAt: number;
  outcome: number | 'dropped';
}

/** A request before anything became of it. */
export type Asked = Pick<RequestRecord, 'tenantId' | 'instance' | 'method' | 'path' | 'task'>;

/**
 * One server of one tenant, as a small service would be: `PUT /config` stores a configuration, `POST /reload` puts it
 * into effect, `GET /health` tells which version is in effect, `GET /config` also which is stored.
 */
export class Instance {
  fault: Fault = { kind: 'none' };
  /** What it returns is waited for before a request is carried out. */
  gate: (asked: Asked) => Promise<void> | undefined = () => undefined;
  #stored: { version: string; config: unknown };
  #effective: { version: string; config: unknown };
  readonly #server: Server;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    readonly tenantId: string,
    readonly key: string,
    version: string,
    private readonly log: (record: RequestRecord) => void,
    /** Every answer takes at least this long. */
    private readonly latencyMillis = 0,
    /** Stored and not yet in effect, where that is another version. */
    stored = version,
  ) {
    this.#stored = { version: stored, config: {} };
    this.#effective = { version, config: {} };
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.keepAliveTimeout = 1000;
  }

  get version(): string {
    return this.#effective.version;
  }

  get storedVersion(): string {
    return this.#stored.version;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  listen(port = 0, address = '127.0.0.1'): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, address, resolve);
    });
  }

  close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = this;
    const startedAt = performance.now();
    const body = await text(request).catch(() => '');
    const millis = this.latencyMillis + (fault.kind === 'slow' ? fault.millis : 0);
    if (millis > 0) await this.#wait(millis);
    const asked: Asked = {
      tenantId: this.tenantId,
      instance: this.key,
      method: request.method ?? '',
      path: request.url ?? '',
      task: header(request, 'switchyard-task'),
    };
    await this.gate(asked);
    const { status, answer } = this.#handle(request, body, fault);
    const changes = request.method !== 'GET';
    const dropped = (fault.kind === 'dead' && !changes) || (fault.kind === 'drop' && changes);
    this.log({
      ...asked,
      version: parse(body)?.version ?? null,
      idempotencyKey: header(request, 'idempotency-key'),
      epoch: Number(header(request, 'switchyard-epoch')) || null,
      startedAt,
      endedAt: performance.now(),
      outcome: dropped ? 'dropped' : status,
    });
    if (dropped) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #handle(request: IncomingMessage, body: string, fault: Fault): { status: number; answer: unknown } {
    const route = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    if (route === 'GET /health') return { status: 200, answer: { status: 'UP', version: this.version } };
    if (route === 'GET /config')
      return { status: 200, answer: { ...this.#effective, stored: this.#stored.version } };
    if (fault.kind === 'deny') return { status: 200, answer: { error: 'The instance is read-only.' } };
    if (fault.kind === 'fail' && fault.times > 0) {
      this.fault = fault.times === 1 ? { kind: 'none' } : { kind: 'fail', times: fault.times - 1 };
      return { status: 500, answer: { error: 'The instance could not take the request.' } };
    }
    if (route === 'PUT /config') {
      const wanted = parse(body);
      if (!wanted)
        return { status: 400, answer: { error: 'The body must be {"version": "…", "config": …}.' } };
      this.#stored = wanted;
      return { status: 200, answer: { stored: wanted.version } };
    }
    if (route === 'POST /reload') {
      if (fault.kind !== 'stuck') this.#effective = this.#stored;
      return { status: 200, answer: { accepted: true } };
    }
    return { status: 404, answer: { error: `There is no ${route}.` } };
  }

  #wait(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, millis);
      this.#timers.add(timer);
    });
  }
}

function parse(body: string): { version: string; config: unknown } | null {
  try {
    const value: unknown = JSON.parse(body);
    if (value === null || typeof value !== 'object' || !('version' in value)) return null;
    return { version: String(value.version), config: 'config' in value ? value.config : {} };
  } catch {
    return null;
  }
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * How a connection suffers. `halfOpen` passes nothing on, in neither direction, and closes nothing: whoever waits for
 * an answer waits. `trickle` passes a few bytes at a time.
 */
export type ProxyFault =
  | { kind: 'none' }
  | { kind: 'latency'; millis: number }
  | { kind: 'halfOpen' }
  | { kind: 'trickle'; bytes: number; everyMillis: number };

const NONE: ProxyFault = { kind: 'none' };

/** Passes TCP connections on to one port of this machine, and makes them suffer when it is told. */
export class TcpProxy {
  #fault: ProxyFault = NONE;
  /** Resolves with the next change of the fault. */
  #changed: { promise: Promise<void>; resolve(): void } = signal();
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    private readonly target: () => number,
  ) {
    server.on('connection', (socket) => void this.#serve(socket));
  }

  /** `target` is asked for each connection: what is behind may have moved. */
  static async start(target: () => number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new TcpProxy(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get suffering(): boolean {
    return this.#fault.kind !== 'none';
  }

  /** Passes nothing on, the end of a connection included. */
  get silent(): boolean {
    return this.#fault.kind === 'halfOpen';
  }

  suffer(fault: ProxyFault): void {
    this.#fault = fault;
    this.#changed.resolve();
    this.#changed = signal();
  }

  /** Ends the fault: what was held back goes on its way, or its connections are reset. */
  heal(how: 'resume' | 'reset'): void {
    if (how === 'reset') this.reset();
    this.suffer(NONE);
  }

  /** Cuts every connection, as a firewall does that forgot them. */
  reset(): number {
    const cut = this.#pairs.size;
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
    return cut;
  }

  async close(): Promise<void> {
    this.server.close();
    this.heal('reset');
  }

  async #serve(from: Socket): Promise<void> {
    const to = connect({ port: this.target(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair = [from, to] as const;
    this.#pairs.add(pair);
    // An error is followed by the end of the loop that reads the socket.
    for (const socket of pair) socket.on('error', () => {});
    await Promise.allSettled([this.#pump(from, to), this.#pump(to, from)]);
    this.#pairs.delete(pair);
  }

  async #pump(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) await this.#pass(chunk as Buffer, to);
      await this.#flowing();
      to.end();
    } catch {
      // What is cut on one side is not seen on the other while nothing passes.
      await this.#flowing();
      to.resetAndDestroy();
      from.resetAndDestroy();
    }
  }

  async #pass(chunk: Buffer, to: Socket): Promise<void> {
    for (let rest = chunk; rest.length > 0; ) {
      await this.#flowing();
      const fault = this.#fault;
      if (fault.kind === 'latency') await this.#whileSuffering(fault.millis);
      if (fault.kind === 'trickle') await this.#whileSuffering(fault.everyMillis);
      const size = fault.kind === 'trickle' ? fault.bytes : rest.length;
      if (to.destroyed) throw new Error('The other side is gone.');
      const roomy = to.write(rest.subarray(0, size));
      rest = rest.subarray(size);
      if (!roomy) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
  }

  /** Waits so long, or until the fault changes. */
  #whileSuffering(millis: number): Promise<unknown> {
    return Promise.race([delay(millis), this.#changed.promise]);
  }

  async #flowing(): Promise<void> {
    while (this.#fault.kind === 'halfOpen') await this.#changed.promise;
  }
}

function signal(): { promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

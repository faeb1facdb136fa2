import { once } from 'node:events';
import { createServer, type RequestListener, request, type Server } from 'node:http';
import { createServer as createTlsServer, request as requestByTls } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net';

/** What a connection between Switchyard and a target can do to a change on its way; both once, at the next one. */
interface Mischief {
  /** Before the change arrives: somebody else is quicker. */
  before?: (() => Promise<unknown>) | undefined;
  /** The change is carried out and its answer thrown away. */
  cut?: boolean;
  /** Between the two. */
  beforeCut?: (() => Promise<unknown>) | undefined;
}

interface Certificate {
  cert: string;
  key: string;
}

/** Passes HTTP on to a target, trailers included, and does mischief when told. */
export class Middleman {
  mischief: Mischief = {};
  readonly changes: string[] = [];
  /** The same for everything else. */
  readonly looks: string[] = [];
  looked: () => void = () => undefined;
  readonly #server: Server;

  private constructor(
    target: string,
    isChange: (method: string, path: string) => boolean,
    private readonly tls: Certificate | null,
  ) {
    const pass: RequestListener = async (incoming, outgoing) => {
      const { method = '', url = '', headers } = incoming;
      const { before, cut, beforeCut } = isChange(method, url) ? this.mischief : {};
      if (isChange(method, url)) {
        this.mischief = {};
        this.changes.push(`${method} ${url}`);
      } else {
        this.looks.push(`${method} ${url}`);
        this.looked();
      }
      await before?.();
      const options = { method, headers: { ...headers, host: new URL(target).host } };
      const on = tls
        ? requestByTls(new URL(url, target), { ...options, ca: tls.cert })
        : request(new URL(url, target), options);
      on.on('response', (answer) => {
        if (cut) {
          answer.resume().on('end', async () => {
            await beforeCut?.();
            incoming.socket.destroy();
          });
          return;
        }
        const { 'content-length': _length, ...kept } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 500, kept);
        answer.on('data', (chunk) => outgoing.write(chunk));
        answer.on('end', () => {
          outgoing.addTrailers(answer.trailers as Record<string, string>);
          outgoing.end();
        });
      });
      on.on('error', () => incoming.socket.destroy());
      incoming.pipe(on);
    };
    this.#server = tls ? createTlsServer(tls, pass) : createServer(pass);
  }

  /** Stands before a target (its URL); `isChange` tells what mischief is done to, `tls` whom both are with TLS. */
  static async before(
    target: string,
    isChange: (method: string, path: string) => boolean,
    tls: Certificate | null = null,
  ): Promise<Middleman> {
    const middleman = new Middleman(target, isChange, tls);
    middleman.#server.listen(0, '127.0.0.1');
    await once(middleman.#server, 'listening');
    return middleman;
  }

  get url(): string {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** The same for what is not HTTP: passes bytes on, and when told cuts a connection at the first reply after `word`. */
export class Wire {
  cutAfter: string | null = null;
  /** What happens between that reply and the cut. */
  beforeCut: () => Promise<unknown> = async () => undefined;
  readonly #server: TcpServer;

  private constructor(port: number) {
    this.#server = createTcpServer((near) => {
      const far = connect(port, '127.0.0.1');
      let cutting = false;
      near.on('data', (chunk) => {
        if (this.cutAfter !== null && chunk.includes(this.cutAfter)) {
          this.cutAfter = null;
          cutting = true;
        }
        far.write(chunk);
      });
      far.on('data', async (chunk) => {
        if (!cutting) {
          near.write(chunk);
          return;
        }
        await this.beforeCut();
        near.destroy();
      });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const)
        one.on('error', () => undefined).on('close', () => other.destroy());
    });
  }

  static async before(port: number): Promise<Wire> {
    const wire = new Wire(port);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

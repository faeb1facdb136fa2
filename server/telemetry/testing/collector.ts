import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a collector was sent: where, and the body as JSON. */
export interface Received {
  path: string;
  // biome-ignore lint/suspicious/noExplicitAny: OTLP as it comes
  body: any;
}

/** A collector of OpenTelemetry by HTTP and JSON, as far as it takes things in. */
export class Collector {
  readonly received: Received[] = [];
  /** What it answers. */
  status = 200;
  readonly #waiting: ((received: Received) => void)[] = [];
  readonly #server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const received = { path: request.url ?? '', body: JSON.parse(text) };
      this.received.push(received);
      response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
      this.#waiting.shift()?.(received);
    });
  });

  static async start(): Promise<Collector> {
    const collector = new Collector();
    await once(collector.#server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next that is sent from now on. */
  next(): Promise<Received> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real HTTP receiver of webhooks; `answer` and `says` decide what it says to each. */
export class Receiver {
  readonly received: Received[] = [];
  answer: (request: Received, times: number) => number = () => 204;
  says: (request: Received) => string = () => 'thanks';
  #changed = () => {};

  private constructor(
    readonly url: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const one = { path: request.url ?? '', headers: request.headers, body };
      receiver.received.push(one);
      const times = receiver.received.filter(
        ({ headers }) => headers['switchyard-delivery'] === one.headers['switchyard-delivery'],
      ).length;
      response.writeHead(receiver.answer(one, times)).end(receiver.says(one));
      receiver.#changed();
    });
    return receiver;
  }

  at(path: string): Received[] {
    return this.received.filter((one) => one.path === path);
  }

  /** Resolves after so many requests. */
  async until(count: number): Promise<void> {
    while (this.received.length < count)
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What a receiver does to know that a delivery came from us and is what was sent. */
export function signatureHolds({ headers, body }: Received, secret: string): boolean {
  const [, seconds = '', given = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['switchyard-signature'])) ?? [];
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex') === given;
}

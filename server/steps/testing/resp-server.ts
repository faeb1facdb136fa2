import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** A server that speaks as much of Redis' protocol as a test says, for faults a real one cannot be made to have. */
export class RespServer {
  readonly received: string[][] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;
  /** The reply as Redis writes it ("+OK\r\n"), or nothing. */
  answer: (words: string[], socket: Socket) => string | undefined = () => '+OK\r\n';

  private constructor(certificate?: TlsOptions) {
    const serve = (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        for (let taken = takeCommand(text); taken; taken = takeCommand(text)) {
          text = taken.rest;
          this.received.push(taken.words);
          const reply = this.answer(taken.words, socket);
          if (reply !== undefined && !socket.destroyed) socket.write(reply);
        }
      });
    };
    this.#server = certificate ? createTlsServer(certificate, serve) : createServer(serve);
  }

  /** With a certificate it speaks TLS. */
  static async start(certificate?: TlsOptions): Promise<RespServer> {
    const server = new RespServer(certificate);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The first complete command of the bytes that came so far (an array of bulk strings, each with its length). */
function takeCommand(bytes: string): { words: string[]; rest: string } | null {
  const head = /^\*(\d+)\r\n/.exec(bytes);
  if (!head) return null;
  const words: string[] = [];
  let at = head[0].length;
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const size = /^\$(\d+)\r\n/.exec(bytes.slice(at, at + 20));
    if (!size) return null;
    const from = at + size[0].length;
    at = from + Number(size[1]) + 2;
    if (bytes.length < at) return null;
    words.push(Buffer.from(bytes.slice(from, at - 2), 'latin1').toString('utf8'));
  }
  return { words, rest: bytes.slice(at) };
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A server that speaks as much of Redis' protocol as a test says, for faults a real one cannot be made to have. */
export class RespServer {
  readonly received: string[][] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;
  /** The reply as Redis writes it ("+OK\r\n"), or nothing. */
  answer: (words: string[], socket: Socket) => string | undefined = () => '+OK\r\n';

  private constructor(certificate?: { cert: string; key: string }) {
    const serve = (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
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
  static async start(certificate?: { cert: string; key: string }): Promise<RespServer> {
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

/** The first complete command of what came so far (an array of bulk strings, ASCII only). */
function takeCommand(text: string): { words: string[]; rest: string } | null {
  const lines = text.split('\r\n');
  const count = Number(/^\*(\d+)$/.exec(lines[0] ?? '')?.[1]);
  if (!(count > 0) || lines.length <= 2 * count + 1) return null;
  const words = Array.from({ length: count }, (_, index) => lines[2 * index + 2] ?? '');
  return { words, rest: lines.slice(2 * count + 1).join('\r\n') };
}

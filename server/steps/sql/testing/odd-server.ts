import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A database that says what a test wants: to each thing that comes (with MariaDB to the connection as well) the next. */
export class OddServer {
  /** What came, one for each reply. */
  readonly received: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(replies: readonly Buffer[], speaksFirst: boolean) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      let at = 0;
      const say = () => {
        const reply = replies[at];
        at += 1;
        if (reply) socket.write(reply);
      };
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        this.received.push(chunk);
        say();
      });
      if (speaksFirst) say();
    });
  }

  static async start(replies: readonly Buffer[], { speaksFirst = false } = {}): Promise<OddServer> {
    const server = new OddServer(replies, speaksFirst);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

const int32 = (number: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
};

/** Messages of PostgreSQL. */
export const postgresSays = {
  message: (kind: string, body: string | Buffer = '') => {
    const bytes = Buffer.from(body as string, 'latin1');
    return Buffer.concat([Buffer.from(kind), int32(bytes.length + 4), bytes]);
  },
  proof: (number: number, rest = '') =>
    postgresSays.message('R', Buffer.concat([int32(number), Buffer.from(rest, 'latin1')])),
  get ready() {
    return postgresSays.message('Z', 'I');
  },
  get loggedIn() {
    return Buffer.concat([postgresSays.proof(0), postgresSays.ready]);
  },
  /** To a statement: what stands between what every one is answered with. */
  done: (tag: string, ...between: Buffer[]) =>
    Buffer.concat([
      postgresSays.message('1'),
      ...(between.length === 0 ? [postgresSays.message('n')] : []),
      postgresSays.message('2'),
      ...between,
      postgresSays.message('C', `${tag}\0`),
      postgresSays.ready,
    ]),
};

/** Packets of MariaDB. */
export const mariadbSays = {
  packet: (number: number, body: string | Buffer) => {
    const bytes = Buffer.from(body as string, 'latin1');
    return Buffer.concat([Buffer.from([bytes.length & 255, bytes.length >> 8, 0, number & 255]), bytes]);
  },
  get hello() {
    const parts = [
      '\n10.11.0-MariaDB\0\x01\0\0\0',
      'a'.repeat(8),
      '\0\xff\xf7\x21\x02\0\xff\x81\x15',
      '\0'.repeat(10),
      'b'.repeat(12),
      '\0mysql_native_password\0',
    ];
    return mariadbSays.packet(0, parts.join(''));
  },
  ok: (number: number) => mariadbSays.packet(number, '\0\0\0\x02\0\0\0'),
  end: (number: number) => mariadbSays.packet(number, '\xfe\0\0\x02\0'),
  column: (number: number) =>
    mariadbSays.packet(number, '\x03def\0\0\0\x01a\0\x0c\x21\0\xff\0\0\0\xfd\0\0\0\0\0'),
  /** Until the statement of a step. */
  get loggedIn() {
    return [mariadbSays.hello, mariadbSays.ok(2), mariadbSays.ok(1)];
  },
};

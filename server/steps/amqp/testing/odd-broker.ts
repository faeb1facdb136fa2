import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What a client says, by class and method of AMQP 0-9-1; "hello" is how it begins. */
export type Said = 'hello' | `${number}.${number}`;

const FRAME_END = 0xce;

/** A broker that answers as a test wants: what it does not say is answered as a good one would. */
export class OddBroker {
  /** What was said, in order. */
  readonly said: Said[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(answer: (said: Said, socket: Socket) => Buffer | undefined) {
    this.#server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
      let bytes: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        for (let taken = take(bytes); taken; taken = take(bytes)) {
          bytes = taken.rest;
          if (taken.said === null) continue;
          this.said.push(taken.said);
          const reply = answer(taken.said, socket) ?? GOOD[taken.said];
          if (reply && !socket.destroyed) socket.write(reply);
        }
      });
    });
  }

  static async start(
    answer: (said: Said, socket: Socket) => Buffer | undefined = () => undefined,
  ): Promise<OddBroker> {
    const broker = new OddBroker(answer);
    broker.#server.listen(0, '127.0.0.1');
    await once(broker.#server, 'listening');
    return broker;
  }

  get url(): string {
    return `amqp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Methods by the name that a client has for them; a message counts as said with its last byte's frame. */
function take(bytes: Buffer): { said: Said | null; rest: Buffer } | null {
  if (bytes.subarray(0, 4).toString('latin1') === 'AMQP')
    return bytes.length < 8 ? null : { said: 'hello', rest: bytes.subarray(8) };
  if (bytes.length < 7) return null;
  const length = 8 + bytes.readUInt32BE(3);
  if (bytes.length < length) return null;
  const said = bytes[0] === 1 ? (`${bytes.readUInt16BE(7)}.${bytes.readUInt16BE(9)}` as const) : null;
  return { said, rest: bytes.subarray(length) };
}

export const frame = (type: number, channel: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(7);
  head.writeUInt8(type);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(body.length, 3);
  return Buffer.concat([head, body, Buffer.from([FRAME_END])]);
};

/** A method with its arguments as they are written. */
export const method = (channel: number, kind: number, number: number, args = ''): Buffer =>
  frame(1, channel, Buffer.concat([Buffer.from([0, kind, 0, number]), Buffer.from(args, 'latin1')]));

const short = (text: string) => `${String.fromCharCode(text.length)}${text}`;
const code = (number: number) => String.fromCharCode(number >> 8, number & 255);

/** What ends a channel (20) or a connection (10), with its code and reason. */
export const closing = (kind: 10 | 20, number: number, reason: string): Buffer =>
  method(kind === 10 ? 0 : 1, kind, kind === 10 ? 50 : 40, `${code(number)}${short(reason)}\0\0\0\0`);

/** A message that comes back; what follows is its content, of as many bytes as are said. */
export const returned = (reason: string, bytes: bigint): Buffer => {
  const content = Buffer.alloc(14);
  content.writeUInt16BE(60);
  content.writeBigUInt64BE(bytes, 4);
  return Buffer.concat([method(1, 60, 50, `${code(312)}${short(reason)}\0\0`), frame(2, 1, content)]);
};

export const confirmed = method(1, 60, 80, '\0\0\0\0\0\0\0\x01\0');

const GOOD: Readonly<Record<Said, Buffer>> = {
  hello: method(0, 10, 10, '\0\x09\0\0\0\0\0\0\0\x05PLAIN\0\0\0\x05en_US'),
  '10.11': method(0, 10, 30, '\0\0\0\x02\0\0\0\0'),
  '10.40': method(0, 10, 41, '\0'),
  '20.10': method(1, 20, 11, '\0\0\0\0'),
  '85.10': method(1, 85, 11),
  '60.40': confirmed,
  '10.50': method(0, 10, 51),
};

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TargetCall } from '../check/history';
import type { Random } from '../random';
import { type Asked, ODDITIES, type Truth, wellAnswer } from './answers';

/** A call with the moment at which the target had read it, in milliseconds since 1970. */
export type WatchedCall = TargetCall & { at: number };

const NAMES = Object.keys(ODDITIES);
const MOST_LATENCY_MS = 250;
/** What is told how little. */
const SELDOM: ReadonlySet<string> = new Set(['a flood', 'no answer', 'headers that never end']);

/**
 * Instances on loopback that answer with everything odd, told apart by the first part of the path. They speak HTTP by
 * hand, since no server would let them say what they say. Whether an odd answer came of something that was done is drawn
 * as well.
 */
export class HostileInstances {
  readonly calls: WatchedCall[] = [];
  readonly told = new Map<string, number>();
  /** The share of answers that are odd. */
  odd = 0.25;
  port = 0;
  readonly #truths = new Map<string, Truth>();
  readonly #epochs = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(
    private readonly random: Random,
    private readonly firstVersion: string,
  ) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      void this.#serve(socket);
    });
  }

  static async start(random: Random, firstVersion: string): Promise<HostileInstances> {
    const made = new HostileInstances(random, firstVersion);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    made.port = (made.#server.address() as AddressInfo).port;
    return made;
  }

  url(instance: string): string {
    return `http://127.0.0.1:${this.port}/${instance}`;
  }

  /** From now on every answer is what it should be; what was left open is cut. */
  becomeWell(): void {
    this.odd = 0;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(socket: Socket): Promise<void> {
    let left = Buffer.alloc(0);
    try {
      for await (const chunk of socket) {
        left = Buffer.concat([left, chunk as Buffer]);
        for (let taken = take(left); taken; taken = take(left)) {
          left = left.subarray(taken.length);
          await this.#answer(socket, taken.asked);
        }
      }
    } catch {
      // The other side cut it.
    }
  }

  async #answer(socket: Socket, asked: Asked): Promise<void> {
    const { random } = this;
    const at = Date.now();
    const odd = random.chance(this.odd) ? this.#draw() : null;
    const acts = odd === null || random.chance(0.5);
    const truth = this.#note(asked, at, odd, acts);
    await delay(random.between(0, odd === null ? MOST_LATENCY_MS / 4 : MOST_LATENCY_MS));
    if (socket.destroyed) return;
    if (odd === null) socket.write(wellAnswer(truth, asked.path.includes('64')));
    else {
      this.told.set(odd, (this.told.get(odd) ?? 0) + 1);
      await ODDITIES[odd]?.(socket, truth, random);
    }
  }

  #draw(): string {
    const name = this.random.oneOf(NAMES);
    return SELDOM.has(name) && this.random.chance(0.6) ? 'a failure' : name;
  }

  #note({ method, path, headers }: Asked, at: number, odd: string | null, acts: boolean): Truth {
    const [, instance = '', ...rest] = (path.split('?')[0] ?? '').split('/');
    const truth = this.#truths.get(instance) ?? { version: this.firstVersion, digest: '', revision: 1 };
    const changes = method !== 'GET' && headers['x-version'] !== undefined;
    const next =
      changes && acts
        ? {
            version: headers['x-version'] ?? '',
            digest: headers['x-digest'] ?? '',
            revision: truth.revision + 1,
          }
        : truth;
    this.#truths.set(instance, next);
    const task = headers['switchyard-task'] ?? null;
    const epoch = Number(headers['switchyard-epoch']) || null;
    const seen = task === null ? 0 : (this.#epochs.get(task) ?? 0);
    if (task !== null && epoch !== null) this.#epochs.set(task, Math.max(seen, epoch));
    this.calls.push({
      tenantId: instance.slice(0, instance.lastIndexOf('-')),
      instance,
      method,
      path: `/${rest.join('/')}`,
      task,
      epoch,
      idempotencyKey: headers['idempotency-key'] ?? null,
      stale: epoch !== null && epoch < seen,
      outcome: method === 'GET' ? 'read' : odd === null ? 'applied' : 'failed',
      at,
    });
    return next;
  }
}

/** The first whole request of what has come, and how many bytes it takes; null when there is none yet. */
function take(bytes: Buffer): { asked: Asked; length: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const length = end + 4 + (Number(headers['content-length']) || 0);
  return bytes.length < length ? null : { asked: { method, path, headers }, length };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random';
import type { Behaviour, LoggedCall, TargetCounts } from './protocol';

interface Stored {
  stored: string;
  effective: string;
}

/**
 * Every instance of every tenant, told apart by the path: `/<instance>/config`, `/<instance>/reload`,
 * `/<instance>/health`. They fence: a change that comes with an older epoch of its task than one seen before is refused.
 * Everything they were asked is kept in the order in which it was answered.
 */
export class Instances {
  readonly calls: LoggedCall[] = [];
  readonly counts: TargetCounts = { failed: 0, dropped: 0, fenced: 0 };
  behaviour: Behaviour = { failing: 0, dropping: 0, latency: [0, 0] };
  readonly #instances = new Map<string, Stored>();
  /** The highest epoch seen of each task, on whatever instance. */
  readonly #epochs = new Map<string, number>();
  readonly #random: Random;

  constructor(
    seed: number,
    private readonly firstVersion: string,
  ) {
    this.#random = new Random(seed);
  }

  /** What each instance that was ever asked has in effect. */
  versions(): Record<string, string> {
    return Object.fromEntries([...this.#instances].map(([key, { effective }]) => [key, effective]));
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { behaviour } = this;
    const body = await text(request).catch(() => null);
    const fails = this.#random.chance(behaviour.failing);
    const drops = this.#random.chance(behaviour.dropping);
    // Half before and half after it acts, so that a fault can come between the deed and its answer.
    const pause = this.#random.between(...behaviour.latency) / 2;
    await delay(pause);
    // A request that was cut off on its way here was never one.
    if (body === null) return;
    const { status, answer, changed } = this.#take(request, body, fails);
    await delay(pause);
    if (drops && changed) {
      this.counts.dropped += 1;
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #take(
    request: IncomingMessage,
    body: string,
    fails: boolean,
  ): { status: number; answer: unknown; changed: boolean } {
    const [, instance = '', action = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const method = request.method ?? '';
    const task = header(request, 'switchyard-task');
    const epoch = Number(header(request, 'switchyard-epoch')) || null;
    const seen = task === null ? 0 : (this.#epochs.get(task) ?? 0);
    if (task !== null && epoch !== null) this.#epochs.set(task, Math.max(seen, epoch));
    const call = {
      tenantId: instance.slice(0, instance.lastIndexOf('-')),
      instance,
      method,
      path: `/${action}`,
      task,
      epoch,
      idempotencyKey: header(request, 'idempotency-key'),
      stale: epoch !== null && epoch < seen,
      at: Date.now(),
    };
    const changes = method !== 'GET';
    const logged = (status: number, outcome: LoggedCall['outcome'], answer: unknown) => {
      this.calls.push({ ...call, status, outcome });
      return { status, answer, changed: outcome === 'applied' };
    };
    if (changes && call.stale) {
      this.counts.fenced += 1;
      return logged(409, 'refused', { error: `Epoch ${epoch} of ${task} is over: ${seen} was here.` });
    }
    if (fails) {
      this.counts.failed += 1;
      return logged(503, 'failed', { error: 'The instance is not available.' });
    }
    const state = this.#state(instance);
    if (method === 'PUT' && action === 'config') {
      state.stored = String((JSON.parse(body) as { version: unknown }).version);
      return logged(200, 'applied', { stored: state.stored });
    }
    if (method === 'POST' && action === 'reload') {
      state.effective = state.stored;
      return logged(200, 'applied', { effective: state.effective });
    }
    if (method === 'GET') return logged(200, 'read', { version: state.effective, stored: state.stored });
    return logged(404, 'failed', { error: 'There is no such thing.' });
  }

  #state(instance: string): Stored {
    const found = this.#instances.get(instance);
    if (found) return found;
    const made = { stored: this.firstVersion, effective: this.firstVersion };
    this.#instances.set(instance, made);
    return made;
  }
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

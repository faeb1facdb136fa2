import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CallRefused, call } from '@/server/testing/switchyard';
import { inTime } from '../in-time';
import type { ServerNode } from '../nodes/node';
import type { Random } from '../random';

/** Of the first try; each further one has twice as much, so that a busy machine answers one of them. */
const PATIENCE_MS = 5000;
const MOST_PATIENCE_MS = 60_000;
const PAUSE_MS = 150;
const GRACE_MS = 1000;

/** What became of a command: carried out, refused with a reason, or nobody knows because no answer came. */
export type Told = { kind: 'done' } | { kind: 'refused'; reason: string } | { kind: 'lost'; reason: string };

/** An operator's way in: the API of whichever node is there. */
export class Console {
  constructor(
    private readonly nodes: readonly ServerNode[],
    private readonly random: Random,
  ) {}

  /** The address of a node that should answer. */
  anyUrl(): string | null {
    return this.random.pick(this.nodes.filter((node) => node.state === 'up'))?.url ?? null;
  }

  /** Sends a command once, under `requestId`. */
  async tell(procedure: string, input: object, requestId: string = randomUUID()): Promise<Told> {
    const url = this.anyUrl();
    if (!url) return { kind: 'lost', reason: 'no node is up' };
    try {
      await this.#call(url, procedure, 'mutation', { ...input, requestId });
      return { kind: 'done' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return isRefusal(error) ? { kind: 'refused', reason } : { kind: 'lost', reason };
    }
  }

  /** Asks node after node until one answers, commands under one requestId. Throws what the answer refuses. */
  async insist<T>(procedure: string, kind: 'query' | 'mutation', input: object): Promise<T> {
    const command = kind === 'mutation' && /^(plans|tasks)\./.test(procedure);
    const asked = command ? { ...input, requestId: randomUUID() } : input;
    for (let patience = PATIENCE_MS; ; patience = Math.min(2 * patience, MOST_PATIENCE_MS)) {
      const url = this.anyUrl();
      try {
        if (url) return await this.#call<T>(url, procedure, kind, asked, patience);
      } catch (error) {
        if (isRefusal(error)) throw error;
      }
      await delay(PAUSE_MS);
    }
  }

  #call<T>(
    url: string,
    procedure: string,
    kind: 'query' | 'mutation',
    input: object,
    patience = PATIENCE_MS,
  ): Promise<T> {
    const answer = call<T>(url, procedure, kind, input, AbortSignal.timeout(patience));
    // One call that ends neither with an answer nor with an error does not hold up the run.
    return inTime(answer, patience + GRACE_MS, procedure);
  }
}

/** A node that lost its database answers too, but not with a decision. */
function isRefusal(error: unknown): error is CallRefused {
  return (
    error instanceof CallRefused && !['INTERNAL_SERVER_ERROR', 'UNKNOWN', 'TIMEOUT'].includes(error.code)
  );
}

import type { News } from '@/server/realtime/news';
import { RequestRefused } from '@/server/security/request-body';

/** Waits that one key has open on a node: each holds a connection. */
export const MOST_WAITS = 20;

/** One wait for news of a plan, from before its first reading on. */
export interface PlanWait {
  /** Resolves with true when there may be news since it was last called, false when it is over. Call it before reading. */
  next(): Promise<boolean>;
  close(): void;
}

/** Lets requests wait for news of a plan: woken by the news that the sockets are woken by, and never looking by themselves. */
export class PlanWaits {
  readonly #open = new Map<string, number>();

  constructor(private readonly news: Pick<News, 'subscribe'>) {}

  /** Begins to listen, for a time and until the client goes. Throws {@link RequestRefused} when too many of `owner` wait. */
  open(owner: string, planId: string, { millis, gone }: { millis: number; gone: AbortSignal }): PlanWait {
    const open = this.#open.get(owner) ?? 0;
    if (open >= MOST_WAITS)
      throw new RequestRefused(
        429,
        'TOO_MANY_REQUESTS',
        `At most ${MOST_WAITS} requests of one key wait at once. Let one end first.`,
        { 'retry-after': '1' },
      );
    this.#open.set(owner, open + 1);
    const over = AbortSignal.any([gone, AbortSignal.timeout(millis)]);
    let wake = () => {};
    const end = () => wake();
    over.addEventListener('abort', end);
    const unsubscribe = this.news.subscribe((plans) => {
      if (plans === 'all' || plans.includes(planId)) wake();
    });
    return {
      next: () =>
        new Promise((resolve) => {
          wake = () => resolve(!over.aborted);
          if (over.aborted) wake();
        }),
      close: () => {
        over.removeEventListener('abort', end);
        unsubscribe();
        const left = (this.#open.get(owner) ?? 1) - 1;
        if (left > 0) this.#open.set(owner, left);
        else this.#open.delete(owner);
      },
    };
  }
}

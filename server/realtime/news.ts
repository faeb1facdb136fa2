import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type postgres from 'postgres';
import { Coalesced, type Plans } from './coalesced';

const CHANNEL = 'switchyard_news';
/** In the place of a plan: some plan waits for a driver. */
const OFFER = '+';
/** Commits of this long share one notification: it is only a hint, and it stays off the writing path. */
const COALESCE_MS = 20;
/** NOTIFY takes 8000 bytes; beyond this many plans the hint is "look at everything". */
const MAX_PLANS = 200;

/** `own` is what this process stored itself. */
export type NewsListener = (plans: Plans, own: boolean) => void;

/** "Plan p has news", within this process at once and to the others by NOTIFY. A hint: readers read from the table. */
export class News {
  readonly #listeners = new Set<NewsListener>();
  /** Last in each notification: what comes back to its sender was told there already. */
  readonly #sender = `#${randomUUID()}`;
  readonly #others: Coalesced;
  #stopListening: (() => Promise<void>) | null = null;
  #offered = () => {};

  constructor(
    private readonly sql: postgres.Sql,
    log: Logger,
  ) {
    // Readers look every second anyway.
    const failed = (error: unknown) => log.debug({ err: error }, 'A hint could not be sent');
    this.#others = new Coalesced(COALESCE_MS, (plans) => this.#notify(plans), failed);
  }

  async start(): Promise<void> {
    const { unlisten } = await this.sql.listen(
      CHANNEL,
      (payload) => this.#hear(payload),
      // Whatever was sent while the connection was away is lost, so everything may be new.
      () => this.#tell('all', false),
    );
    this.#stopListening = unlisten;
  }

  subscribe(listener: NewsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(planIds: readonly string[]): void {
    this.#tell(planIds, true);
    this.#others.hint(planIds);
  }

  /** Something that concerns no single plan: settings, the global stop. */
  publishAll(): void {
    this.#tell('all', true);
    this.#others.hint('all');
  }

  /** A plan waits for a driver: told to the other processes. */
  offer(): void {
    this.#others.hint([OFFER]);
  }

  /** Told when another process offers a plan. */
  onOffer(listener: () => void): void {
    this.#offered = listener;
  }

  async stop(): Promise<void> {
    await this.#others.stop();
    await this.#stopListening?.().catch(() => {});
  }

  async #notify(plans: Plans): Promise<void> {
    const every = plans === 'all' || plans.length > MAX_PLANS;
    await this.sql.notify(CHANNEL, every ? '*' : [...plans, this.#sender].join(','));
  }

  #hear(payload: string): void {
    const planIds = payload.split(',');
    if (payload === '*') this.#tell('all', false);
    else if (planIds.at(-1) !== this.#sender) {
      if (planIds.includes(OFFER)) this.#offered();
      this.#tell(
        planIds.filter((id) => id !== OFFER && !id.startsWith('#')),
        false,
      );
    }
  }

  #tell(plans: Plans, own: boolean): void {
    for (const listener of this.#listeners) listener(plans, own);
  }
}

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type postgres from 'postgres';

const CHANNEL = 'switchyard_news';
/** Commits of this long share one notification: it is only a hint, and it stays off the writing path. */
const COALESCE_MS = 20;
/** NOTIFY takes 8000 bytes; beyond this many plans the hint is "look at everything". */
const MAX_PLANS = 200;

/** `own` is what this process stored itself. */
export type NewsListener = (planIds: readonly string[] | 'all', own: boolean) => void;

/** "Plan p has news", within this process at once and to the others by NOTIFY. A hint: readers read from the table. */
export class News {
  readonly #listeners = new Set<NewsListener>();
  readonly #pending = new Set<string>();
  /** Last in each notification: what comes back to its sender was told there already. */
  readonly #sender = `#${randomUUID()}`;
  #everything = false;
  #timer: NodeJS.Timeout | null = null;
  #stopListening: (() => Promise<void>) | null = null;

  constructor(
    private readonly sql: postgres.Sql,
    private readonly log: Logger,
  ) {}

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
    for (const planId of planIds) this.#pending.add(planId);
    this.#timer ??= setTimeout(() => this.#flush(), COALESCE_MS);
  }

  /** Something that concerns no single plan: settings, the global stop. */
  publishAll(): void {
    this.#tell('all', true);
    this.#everything = true;
    this.#timer ??= setTimeout(() => this.#flush(), COALESCE_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#stopListening?.().catch(() => {});
  }

  #flush(): void {
    this.#timer = null;
    const planIds = [...this.#pending];
    this.#pending.clear();
    const payload =
      this.#everything || planIds.length > MAX_PLANS ? '*' : [...planIds, this.#sender].join(',');
    this.#everything = false;
    this.sql.notify(CHANNEL, payload).catch((error: unknown) => {
      // Readers look every second anyway.
      this.log.debug({ err: error }, 'A hint could not be sent');
    });
  }

  #hear(payload: string): void {
    const planIds = payload.split(',');
    if (payload === '*') this.#tell('all', false);
    else if (planIds.at(-1) !== this.#sender)
      this.#tell(
        planIds.filter((id) => !id.startsWith('#')),
        false,
      );
  }

  #tell(planIds: readonly string[] | 'all', own: boolean): void {
    for (const listener of this.#listeners) listener(planIds, own);
  }
}

import type { Database } from '@/db/client';
import { publicStatus } from '@/db/queries/plan-views';
import type { PublicStatus } from '@/domain/view/plan-view';
import type { OpenShare } from '@/server/auth/shares';

/** How old what a status page shows may be: it counts the whole plan each time. */
const FRESH_MS = 1000;

interface Kept {
  at: number;
  status: Promise<PublicStatus | null>;
}

/**
 * What share links show, worked out once a second for all who look at a plan the same way, however they ask: over the API,
 * by its page or live.
 */
export class StatusPages {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly db: Database,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** At most a second old; null when there is no such plan. Rejects when it could not be read, and forgets that. */
  async read(open: Pick<OpenShare, 'planId' | 'showNames' | 'expiresAt'>): Promise<PublicStatus | null> {
    const key = `${open.planId} ${open.showNames}`;
    const known = this.#kept.get(key);
    const kept = known && this.now() - known.at < FRESH_MS ? known : this.#readAnew(key, open);
    const status = await kept.status;
    // Links of the same view may end at different times.
    return status && { ...status, expiresAt: open.expiresAt.toISOString() };
  }

  #readAnew(key: string, open: Pick<OpenShare, 'planId' | 'showNames' | 'expiresAt'>): Kept {
    const now = this.now();
    for (const [old, { at }] of this.#kept) if (now - at >= FRESH_MS) this.#kept.delete(old);
    const kept = { at: now, status: publicStatus(this.db, open.planId, open) };
    this.#kept.set(key, kept);
    kept.status.catch(() => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    });
    return kept;
  }
}

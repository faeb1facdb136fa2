import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { eventsAfter, planSnapshot } from '@/db/queries/plan-views';
import { applyEvents } from './apply-event';
import type { PlanSnapshot } from './protocol';

/** Plans that are looked at; ten thousand tasks take about 20 MB. */
const KEPT_PLANS = 8;
/** With more events than this it is cheaper to read the plan anew. */
const MAX_CATCH_UP = 30_000;
/** What no event tells (a newer plan that overtook a tenant) is at most this old. */
const FRESH_MS = 60_000;

interface Kept {
  snapshot: PlanSnapshot;
  maxRetry: number;
  readAt: number;
}

/**
 * Snapshots of plans that are being looked at. A large plan with its history takes seconds to read while it runs, so one
 * that was read is kept and brought up to date with the events since, by the function that browsers use.
 */
export class Snapshots {
  /** Least recently asked for first. */
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<PlanSnapshot | null>>();

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /** The plan as it is now; null when there is no such plan. `maxRetry` holds where the plan says nothing. */
  async read(planId: string, maxRetry: number): Promise<PlanSnapshot | null> {
    const kept = this.#kept.get(planId);
    if (!kept || kept.maxRetry !== maxRetry) return this.#readAnew(planId, maxRetry);
    this.#kept.delete(planId);
    this.#kept.set(planId, kept);
    if (performance.now() - kept.readAt > FRESH_MS)
      this.#readAnew(planId, maxRetry).catch((error: unknown) =>
        this.log.debug({ err: error }, 'A snapshot was not read anew; the events go on from the old one'),
      );
    return (await this.#catchUp(planId, kept)) ?? this.#readAnew(planId, maxRetry);
  }

  /** Null when too much came since. */
  async #catchUp(planId: string, kept: Kept): Promise<PlanSnapshot | null> {
    const [clock] = await this.db.execute<{ now: string }>(sql`select clock_timestamp() as now`);
    const events = await eventsAfter(this.db, planId, kept.snapshot.planSeq, MAX_CATCH_UP + 1);
    if (events.length > MAX_CATCH_UP) return null;
    // Another request may have caught up meanwhile: what was applied is left out.
    const { snapshot, gap } = applyEvents(kept.snapshot, events);
    if (gap) return null;
    kept.snapshot = { ...snapshot, now: new Date(clock?.now ?? snapshot.now).toISOString() };
    return kept.snapshot;
  }

  #readAnew(planId: string, maxRetry: number): Promise<PlanSnapshot | null> {
    const under = this.#reading.get(planId);
    if (under) return under;
    const reading = planSnapshot(this.db, planId, maxRetry)
      .then((snapshot) => {
        if (snapshot) this.#keep(planId, { snapshot, maxRetry, readAt: performance.now() });
        return snapshot;
      })
      .finally(() => this.#reading.delete(planId));
    this.#reading.set(planId, reading);
    return reading;
  }

  #keep(planId: string, kept: Kept): void {
    this.#kept.delete(planId);
    this.#kept.set(planId, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_PLANS) break;
      this.#kept.delete(oldest);
    }
  }
}

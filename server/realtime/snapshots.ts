import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { eventsAfter } from '@/db/queries/events';
import { planSnapshot } from '@/db/queries/plan-snapshot';
import { applyEvents } from '@/domain/view/apply-event';
import type { LiveEvent, PlanSnapshot } from '@/domain/view/plan-view';

/** Plans that are looked at; ten thousand tasks take about 20 MB. */
const KEPT_PLANS = 8;
/** With more events than this it is cheaper to read the plan anew. */
const MAX_CATCH_UP = 10_000;
/** Events of one statement while catching up: taking them in holds nobody else up. */
const CHUNK = 1000;
/** What no event tells (a newer plan that overtook a tenant) is at most this old. */
const FRESH_MS = 60_000;

interface Kept {
  snapshot: PlanSnapshot;
  maxRetry: number;
  readAt: number;
}

/**
 * Snapshots of plans that are being looked at. A large plan with its history takes long to read while it runs, so one
 * that was read is kept and brought up to date with the events since, by the function that browsers use: as they are
 * sent to those who watch, and with what is left when somebody asks.
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

  /** What was just read of a plan for others. A hole is left to whoever asks next. */
  follow(planId: string, events: readonly LiveEvent[]): void {
    const kept = this.#kept.get(planId);
    if (kept) kept.snapshot = applyEvents(kept.snapshot, events).snapshot;
  }

  /** Null when too much came since. */
  async #catchUp(planId: string, kept: Kept): Promise<PlanSnapshot | null> {
    const { now, planSeq } = await standing(this.db, planId);
    if (planSeq - kept.snapshot.planSeq > MAX_CATCH_UP) return null;
    // Up to where it stood when it was asked for: while a plan runs there is always more.
    while (kept.snapshot.planSeq < planSeq) {
      const after = kept.snapshot.planSeq;
      const events = await eventsAfter(this.db, planId, after, CHUNK);
      // Others may have brought it on meanwhile: what was applied is left out.
      const { snapshot } = applyEvents(kept.snapshot, events);
      kept.snapshot = snapshot;
      if (snapshot.planSeq <= after) return null;
    }
    if (now > kept.snapshot.now) kept.snapshot = { ...kept.snapshot, now };
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

async function standing(db: Database, planId: string): Promise<{ now: string; planSeq: number }> {
  const [row] = await db.execute<{ now: Date; planSeq: number }>(
    sql`select clock_timestamp() as now, plan_seq from plan where plan_id = ${planId}`,
  );
  if (!row) throw new Error(`${planId} is gone`);
  return { now: row.now.toISOString(), planSeq: row.planSeq };
}

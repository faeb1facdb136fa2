import type { Logger } from 'pino';
import type { TenantLeft } from '@/domain/events';

/** Who has left the version of a plan's completed tenants. */
type Look = (planId: string) => Promise<TenantLeft[]>;

/**
 * The look at every tenant before a plan is told as completed. It takes a while and holds up nothing else: who asks is
 * told what was found, or null until it is over. What was found counts for the plan as it was when it was asked.
 */
export class LastLook {
  readonly #looks = new Map<string, { planSeq: number; found: TenantLeft[] | null }>();

  constructor(
    private readonly look: Look,
    private readonly log: Logger,
    private readonly over: (planId: string) => void,
  ) {}

  /** What was found of the plan as it is at this planSeq; begins to look where nobody does. */
  found(planId: string, planSeq: number): readonly TenantLeft[] | null {
    const known = this.#looks.get(planId);
    if (known?.planSeq === planSeq) return known.found;
    const looking = { planSeq, found: null as TenantLeft[] | null };
    this.#looks.set(planId, looking);
    void this.look(planId)
      .catch((error: unknown) => {
        // The plan completes all the same: what its tasks confirmed is on record.
        this.log.warn({ err: error, planId }, 'The last look at the tenants of a plan failed');
        return [];
      })
      .then((left) => {
        looking.found = left;
        this.over(planId);
      });
    return null;
  }

  /** The plan has settled. */
  forget(planId: string): void {
    this.#looks.delete(planId);
  }
}

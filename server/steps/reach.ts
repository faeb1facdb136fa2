import { EVERYWHERE, type Reach } from '@/domain/sent';

type SentTo = Record<string, Exclude<Reach, 'back'>>;

/**
 * What left for whom while one step ran, by endpoint key. Whoever sends says so before the first byte, and again when
 * there is an answer: what never left can be told from what may have been carried out.
 */
export class Reached {
  readonly #to: SentTo = {};
  readonly #underWay = new Set<string>();

  /** A call is about to leave; `recipient` is null when it is for the tenant as a whole. */
  leaves(recipient: string | null): void {
    const key = recipient ?? EVERYWHERE;
    this.#underWay.add(key);
    // Until there is an answer, also to one more try after a refusal.
    this.#to[key] = 'taken';
  }

  /** It was taken, or nobody can tell. */
  taken(recipient: string | null): void {
    const key = recipient ?? EVERYWHERE;
    this.#underWay.delete(key);
    this.#to[key] = 'taken';
  }

  /** The target answered that it did not take it; what it took before stays. `first`: it had taken nothing when this left. */
  refused(recipient: string | null, first: boolean): void {
    const key = recipient ?? EVERYWHERE;
    this.#underWay.delete(key);
    if (first) this.#to[key] = 'refused';
  }

  /** Whether it has taken nothing in this step so far; to be asked before the next call leaves. */
  isFirst(recipient: string | null): boolean {
    return this.#to[recipient ?? EVERYWHERE] !== 'taken';
  }

  /** Whether anything left. */
  get anything(): boolean {
    return Object.keys(this.#to).length > 0;
  }

  /** For whom a call is on its way at this moment. */
  get underWay(): readonly string[] {
    return [...this.#underWay];
  }

  get instances(): Readonly<SentTo> {
    return { ...this.#to };
  }
}

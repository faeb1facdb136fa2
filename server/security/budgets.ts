import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { addSpent } from '@/db/queries/budgets';

/** Budgets are counted anew after this. */
const BUDGET_WINDOW_MS = 10_000;
/** Points in a window. A console with a live page spends a few a second; a call costs 1, a list of thousands more. */
export const BUDGETS = {
  /** A person or an API key, on all nodes. */
  principal: 3000,
  /** Those who look at one share link. */
  link: 3000,
  /** One address that showed no key and no session. */
  address: 600,
} as const;
/** What a node may spend of a budget before it tells the others: below this part nothing is written at all. */
const TOLD_PART = 1 / 20;
/** So many are counted at once; whoever comes as one more takes the place of the one that was there longest. */
const MAX_COUNTED = 50_000;

type Kind = keyof typeof BUDGETS;
type Caller = { kind: string; id: string };

const budgetOf = (principal: Caller | null, address: string): [Kind, string] =>
  principal ? ['principal', `${principal.kind} ${principal.id}`] : ['address', address];

interface Account {
  window: number;
  /** What all nodes spent, as far as this one was told. */
  shared: number;
  /** What was spent here and not told yet. */
  untold: number;
  telling: boolean;
}

/** How a budget stands: what is left of it, and for how many seconds it is counted on. */
export interface BudgetLeft {
  of: Kind;
  points: number;
  windowSeconds: number;
  left: number;
  seconds: number;
}

/** A budget is used up; `seconds` until it is counted anew. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
  constructor(readonly seconds: number) {
    super(`Too many requests at once. Try again in ${seconds} s.`);
  }
}

/**
 * What a principal, a share link or an address may ask for in a while, over all nodes: counted in memory, and told to the
 * database when it begins to be much. What nodes have not told each other yet is at most a twentieth of a budget for each.
 */
export class Budgets {
  readonly #accounts = new Map<string, Account>();
  readonly #windowMillis: number;

  constructor(
    private readonly deps: { db: Database; log: Logger; now?: () => number; windowMillis?: number },
  ) {
    this.#windowMillis = deps.windowMillis ?? BUDGET_WINDOW_MS;
  }

  /** Takes points from a budget. Throws {@link BudgetSpent}, and then takes none. */
  spend(kind: Kind, id: string, points = 1): void {
    const { window, seconds } = this.#now();
    const key = `${kind}:${id}`;
    const account = this.#account(key, window);
    const most = BUDGETS[kind];
    if (account.shared + account.untold + points > most) throw new BudgetSpent(seconds);
    account.untold += points;
    if (!account.telling && account.untold >= most * TOLD_PART) this.#tell(key, account);
  }

  /** The same, from the budget of whoever calls: a person or key, or else the address. */
  spendOf(principal: Caller | null, address: string, points = 1): void {
    this.spend(...budgetOf(principal, address), points);
  }

  /** What whoever calls has left, as far as this node was told. */
  leftOf(principal: Caller | null, address: string): BudgetLeft {
    const [kind, id] = budgetOf(principal, address);
    const { window, seconds } = this.#now();
    const { shared, untold } = this.#account(`${kind}:${id}`, window);
    const points = BUDGETS[kind];
    const left = Math.max(0, points - shared - untold);
    return { of: kind, points, windowSeconds: this.#windowMillis / 1000, left, seconds };
  }

  /** The window that is counted now, and for how long it is. */
  #now(): { window: number; seconds: number } {
    const now = (this.deps.now ?? Date.now)();
    const window = Math.floor(now / this.#windowMillis);
    return { window, seconds: Math.max(1, Math.ceil(((window + 1) * this.#windowMillis - now) / 1000)) };
  }

  #account(key: string, window: number): Account {
    const known = this.#accounts.get(key);
    if (known?.window === window) return known;
    const account = { window, shared: 0, untold: 0, telling: false };
    this.#accounts.delete(key);
    this.#accounts.set(key, account);
    for (const oldest of this.#accounts.keys()) {
      if (this.#accounts.size <= MAX_COUNTED) break;
      this.#accounts.delete(oldest);
    }
    return account;
  }

  #tell(key: string, account: Account): void {
    const points = account.untold;
    account.telling = true;
    addSpent(this.deps.db, key, points, this.#windowMillis)
      .then(
        (shared) => {
          account.shared = shared;
          account.untold -= points;
        },
        // Then this node counts by itself.
        (error: unknown) => this.deps.log.debug({ err: error }, 'A budget could not be shared'),
      )
      .finally(() => {
        account.telling = false;
      });
  }
}

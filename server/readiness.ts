import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Connection } from '@/db/client';
import type { PlanTrouble } from '@/domain/plan';

interface Patience {
  /** An answer that comes later is none: whoever asks takes the node out after a few seconds. */
  withinMillis: number;
  /** How long one look waits for a lock: so that it has ended before it is late. */
  lockMillis: number;
}
const USUAL: Patience = { withinMillis: 1500, lockMillis: 1000 };

export interface Readiness {
  ready: boolean;
  checks: Record<string, string>;
}

interface ReadinessDeps {
  /** Of its own, and with one connection: it does not wait behind those it looks at. */
  own: Connection;
  /** What people and runs are served with. */
  pools: Readonly<Record<'console' | 'commands' | 'executor', Pick<Connection, 'db'>>>;
  /** What is only told: whether this process executes, and whether it opens what is sealed. */
  executor: () => string;
  /** What keeps plans that are driven here from getting on. */
  trouble: () => Record<string, PlanTrouble>;
  secrets: () => Promise<string>;
}

/**
 * Tells within two seconds, whatever the database does, whether this process can serve and store; if not, why not. One look
 * at a time: one that hangs is waited for again, and not joined by others.
 */
export class ReadinessCheck {
  readonly #node = randomUUID();
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(
    private readonly deps: ReadinessDeps,
    private readonly patience = USUAL,
  ) {}

  async read(): Promise<Readiness> {
    const { own, pools, executor, secrets, trouble } = this.deps;
    const [database, ofConsole, ofCommands, ofExecutor, sealed] = await Promise.all([
      this.#within(
        'database',
        () => own.db.execute(sql`select probe_storage(${this.#node}, ${this.patience.lockMillis})`),
        AWAY,
      ),
      this.#within('console', () => pools.console.db.execute(sql`select 1`), BUSY),
      this.#within('commands', () => pools.commands.db.execute(sql`select 1`), BUSY),
      this.#within('executor', () => pools.executor.db.execute(sql`select 1`), BUSY),
      this.#soon(secrets(), 'not known: the database gave no answer'),
    ]);
    const ready = [database, ofConsole, ofCommands, ofExecutor].every((one) => one === OK);
    // While the database itself is away, that no connection is free says nothing new.
    const busy =
      database === AWAY ? [] : Object.entries({ console: ofConsole, commands: ofCommands, runs: ofExecutor });
    const connections = busy.flatMap(([whose, one]) => (one === OK ? [] : [`${whose}: ${one}`])).join('; ');
    // One plan's trouble is that plan's: the others go on, and so does the process.
    const plans = Object.entries(trouble())
      .map(([planId, { since, message }]) => `${planId}, since ${since}: ${message}`)
      .join('; ');
    const told = { executor: executor(), ...(plans && { plans }), secrets: sealed };
    return { ready, checks: { database, ...(connections && { connections }), ...told } };
  }

  async #within(name: string, look: () => PromiseLike<unknown>, otherwise: string): Promise<string> {
    let looking = this.#underWay.get(name);
    if (!looking) {
      looking = Promise.resolve(look())
        .then(() => OK, inWords)
        .finally(() => this.#underWay.delete(name));
      this.#underWay.set(name, looking);
    }
    return this.#soon(looking, otherwise);
  }

  /** The first to come: what is waited for, or the end of the time there is. */
  async #soon<T>(wanted: Promise<T>, otherwise: T): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<T>((resolve) => {
      timer = setTimeout(() => resolve(otherwise), this.patience.withinMillis);
    });
    try {
      return await Promise.race([wanted, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

const OK = 'ok';
const AWAY = 'no answer';
const BUSY = 'all connections are busy';

/** By SQLSTATE, what keeps anything from being stored, and what to do. */
const REASONS: Record<string, string> = {
  '25006': 'read-only: nothing can be stored. Connect to the primary, or let it write again',
  '55P03': 'locked: a table cannot be written to. See pg_stat_activity for who holds the lock',
  '53100': 'its disk is full: nothing can be stored',
  '53300': 'it takes no more connections',
  '57P03': 'it is starting or shutting down',
};

function inWords(error: unknown): string {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const code = (cause as { code?: string }).code ?? '';
  return REASONS[code] ?? (code === '' ? AWAY : `${AWAY} (${code})`);
}

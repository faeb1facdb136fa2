import postgres from 'postgres';

/** Any constant will do, as long as every node uses the same one. */
const EXECUTOR_LOCK = 7_306_002;

export type LockKind = 'exclusive' | 'shared';

/**
 * The executor's advisory lock, on a connection of its own that never expires. `local` holds it exclusively, `pg-boss`
 * nodes share it: so one local executor shuts out every other, and the two modes shut out each other.
 * The lock is gone the moment this process or its connection is.
 */
export class ExecutorLock {
  #sql: postgres.Sql | null = null;
  #held = false;

  constructor(
    private readonly url: string,
    private readonly kind: LockKind,
    private readonly onLost: () => void,
  ) {}

  get held(): boolean {
    return this.#held;
  }

  /** Tries once, without waiting; true when this process may execute. */
  async tryTake(): Promise<boolean> {
    if (this.#held) return true;
    const sql = this.#sql ?? this.open();
    try {
      const [row] =
        this.kind === 'exclusive'
          ? await sql`select pg_try_advisory_lock(${EXECUTOR_LOCK}) as held`
          : await sql`select pg_try_advisory_lock_shared(${EXECUTOR_LOCK}) as held`;
      this.#held = row?.held === true;
      return this.#held;
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    this.#held = false;
    const sql = this.#sql;
    this.#sql = null;
    await sql?.end({ timeout: 1 });
  }

  private open(): postgres.Sql {
    const sql = postgres(this.url, {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      onnotice: () => {},
      connection: { application_name: 'switchyard executor lock' },
      onclose: () => {
        if (this.#sql !== sql) return;
        this.#sql = null;
        const lost = this.#held;
        this.#held = false;
        void sql.end({ timeout: 0 });
        if (lost) this.onLost();
      },
    });
    this.#sql = sql;
    return sql;
  }
}

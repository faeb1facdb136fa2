import postgres from 'postgres';
import { NODE_LOCK } from '@/db/queries/nodes';

/**
 * Tells the others that this process lives: a session lock under the hash of its id, on a connection of its own that
 * never expires. It is gone the moment the process is, and within seconds when its host is: the server asks the
 * connection itself (keepalive).
 */
export class NodeLock {
  #sql: postgres.Sql | null = null;
  #held = false;

  constructor(
    private readonly url: string,
    private readonly nodeId: string,
    private readonly onLost: () => void,
  ) {}

  get held(): boolean {
    return this.#held;
  }

  /** Throws what the driver throws when the database gives no answer. */
  async take(): Promise<void> {
    if (this.#held) return;
    const sql = this.#sql ?? this.#open();
    try {
      // Nobody else has this id: it is free, but for a former connection of ours that the server still takes for alive.
      const [row] = await sql`select pg_try_advisory_lock(${NODE_LOCK}, hashtext(${this.nodeId})) as held`;
      this.#held = row?.held === true;
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

  #open(): postgres.Sql {
    const sql = postgres(this.url, {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      keep_alive: 5,
      onnotice: () => {},
      connection: {
        application_name: 'switchyard node lock',
        statement_timeout: 5000,
        tcp_keepalives_idle: 3,
        tcp_keepalives_interval: 1,
        tcp_keepalives_count: 3,
        tcp_user_timeout: 6000,
      },
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

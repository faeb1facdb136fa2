import { drizzle } from 'drizzle-orm/postgres-js';
import { LRUCache } from 'lru-cache';
import type { LimitedTo } from '@/domain/limited-to';
import { type Connection, connect, type Database, type PoolOptions, schema } from './client';

/** Groups of people with the same limits that are at work at one time; more take turns. */
const MOST_POOLS = 8;
const CONNECTIONS = 2;
const IDLE_SECONDS = 60;
/** Groups that are remembered; without a pool one costs nothing. */
const MOST_KNOWN = 1000;

interface Pool {
  connection: Connection;
  /** Statements that have a place in it. */
  running: number;
}

/**
 * The database as people see it whose rights end at some tenants: a small pool for each such limit, which reads the views
 * of `reach.sql` in place of the tables and cannot change anything. A pool is closed for another one only while nothing
 * runs on it, and what somebody holds finds a pool again with each statement.
 */
export class LimitedDatabases {
  readonly #known = new LRUCache<string, Database>({ max: MOST_KNOWN });
  /** The one that was used last comes last. */
  readonly #pools = new Map<string, Pool>();
  /** Who comes later waits behind who waits for a pool: otherwise those at work would never let go of theirs. */
  #line: Promise<unknown> = Promise.resolve();
  #freed = () => {};
  #over = false;

  constructor(
    private readonly url: string,
    private readonly options: Pick<PoolOptions, 'lockMillis' | 'statementMillis'>,
  ) {}

  of(limitedTo: LimitedTo): Database {
    const key = JSON.stringify(limitedTo);
    const known = this.#known.get(key);
    if (known) return known;
    const db = drizzle(this.#clientOf(key, limitedTo), { schema });
    this.#known.set(key, db);
    return db;
  }

  async close(): Promise<void> {
    this.#over = true;
    const closing = [...this.#pools.keys()].map((key) => this.#end(key));
    this.#freed();
    await Promise.allSettled([...closing, this.#line]);
  }

  /** Of a client as much as statements are sent with here. */
  #clientOf(key: string, limitedTo: LimitedTo): Connection['sql'] {
    type Statement = ReturnType<Connection['sql']['unsafe']>;
    const unsafe = (...given: Parameters<Connection['sql']['unsafe']>) => {
      const send = (how: (statement: Statement) => PromiseLike<unknown>) =>
        this.#run(key, limitedTo, ({ sql }) => how(sql.unsafe(...given)));
      // Sent when somebody waits for it, as the driver's own.
      return {
        // biome-ignore lint/suspicious/noThenProperty: it is awaited as the statement that it stands for.
        then: (...told: Parameters<Promise<unknown>['then']>) => send((statement) => statement).then(...told),
        values: () => send((statement) => statement.values()),
      };
    };
    return { unsafe, options: { parsers: {}, serializers: {} } } as unknown as Connection['sql'];
  }

  async #run<T>(
    key: string,
    limitedTo: LimitedTo,
    statement: (connection: Connection) => PromiseLike<T>,
  ): Promise<T> {
    const entered = this.#line.then(() => this.#enter(key, limitedTo));
    this.#line = entered.catch(() => {});
    const pool = await entered;
    try {
      return await statement(pool.connection);
    } finally {
      pool.running -= 1;
      this.#freed();
    }
  }

  async #enter(key: string, limitedTo: LimitedTo): Promise<Pool> {
    while (!this.#pools.has(key) && this.#pools.size >= MOST_POOLS && !this.#over) {
      const idle = [...this.#pools].find(([, { running }]) => running === 0);
      // Gone before another comes: of what only leaves there can be very much.
      if (idle) await this.#end(idle[0]);
      else
        await new Promise<void>((resolve) => {
          this.#freed = resolve;
        });
    }
    if (this.#over) throw new Error('The server ends.');
    const pool = this.#pools.get(key) ?? { connection: this.#open(limitedTo), running: 0 };
    this.#pools.delete(key);
    this.#pools.set(key, pool);
    pool.running += 1;
    return pool;
  }

  #open(limitedTo: LimitedTo): Connection {
    const how = { ...this.options, readOnly: true, limitedTo, idleSeconds: IDLE_SECONDS };
    return connect(this.url, CONNECTIONS, how);
  }

  async #end(key: string): Promise<void> {
    const pool = this.#pools.get(key);
    this.#pools.delete(key);
    await pool?.connection.close();
  }
}

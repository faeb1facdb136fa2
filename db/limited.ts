import { LRUCache } from 'lru-cache';
import type { LimitedTo } from '@/domain/limited-to';
import { type Connection, connect, type Database, type PoolOptions } from './client';

/** Groups of people with the same limits that are at work at one time; more take turns. */
const MOST_POOLS = 8;
const CONNECTIONS = 2;
const IDLE_SECONDS = 60;

/**
 * The database as people see it whose rights end at some tenants: a small pool for each such limit, which reads the views
 * of `reach.sql` in place of the tables and cannot change anything.
 */
export class LimitedDatabases {
  readonly #pools: LRUCache<string, Connection>;
  readonly #closing = new Set<Promise<void>>();

  constructor(
    private readonly url: string,
    private readonly options: Pick<PoolOptions, 'lockMillis' | 'statementMillis'>,
  ) {
    this.#pools = new LRUCache<string, Connection>({
      max: MOST_POOLS,
      // What runs on it ends first.
      dispose: (pool) => {
        const closing = pool.close().finally(() => this.#closing.delete(closing));
        this.#closing.add(closing);
      },
    });
  }

  of(limitedTo: LimitedTo): Database {
    const key = JSON.stringify(limitedTo);
    const known = this.#pools.get(key);
    if (known) return known.db;
    const how = { ...this.options, readOnly: true, limitedTo, idleSeconds: IDLE_SECONDS };
    const opened = connect(this.url, CONNECTIONS, how);
    this.#pools.set(key, opened);
    return opened.db;
  }

  async close(): Promise<void> {
    this.#pools.clear();
    await Promise.allSettled(this.#closing);
  }
}

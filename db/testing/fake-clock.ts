import postgres from 'postgres';

/**
 * Database time that a test sets. `clock_timestamp()` is looked up in a schema of its own first, so that everything
 * which reads it, the program's SQL functions included, sees the test's time; nothing in the program knows.
 * Must be made before anything else connects: the search path is taken over when a connection begins.
 */
export class FakeClock {
  private constructor(private readonly sql: postgres.Sql) {}

  static async install(url: string): Promise<FakeClock> {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql.unsafe(`
      create schema fake;
      create table fake.clock (ahead interval not null);
      insert into fake.clock values ('0');
      create function fake.clock_timestamp() returns timestamptz language sql volatile
        as 'select pg_catalog.clock_timestamp() + ahead from fake.clock';
      do $$ begin
        execute format('alter database %I set search_path = fake, pg_catalog, public', current_database());
      end $$;`);
    return new FakeClock(sql);
  }

  /** Goes on from this moment. */
  async set(to: Date): Promise<void> {
    await this
      .sql`update fake.clock set ahead = ${to.toISOString()}::timestamptz - pg_catalog.clock_timestamp()`;
    await this.#nodesLive();
  }

  async advance(seconds: number): Promise<void> {
    await this.sql`update fake.clock set ahead = ahead + make_interval(secs => ${seconds})`;
    await this.#nodesLive();
  }

  /** Stands still from now on. */
  async stop(): Promise<void> {
    const [row] = await this.sql<{ now: string }[]>`select fake.clock_timestamp()::text as now`;
    await this.sql.unsafe(`
      create or replace function fake.clock_timestamp() returns timestamptz language sql volatile
        as $$ select '${row?.now}'::timestamptz $$`);
  }

  /** A process whose last beat is suddenly long ago would count as gone until its next one. */
  async #nodesLive(): Promise<void> {
    await this
      .sql`update public.node set beat_at = pg_catalog.clock_timestamp() + (select ahead from fake.clock)`;
  }

  close(): Promise<void> {
    return this.sql.end();
  }
}

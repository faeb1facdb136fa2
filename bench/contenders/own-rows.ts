import pg from 'pg';
import type { Work } from './contender';

/** The rows of somebody who keeps the checkpoints himself: one row for each task, one update for each stage. */
export class OwnRows {
  readonly pool: pg.Pool;

  constructor(url: string, work: Work) {
    this.pool = new pg.Pool({ connectionString: url, max: work.connections });
  }

  async make({ tasks }: Work): Promise<void> {
    await this.pool.query(`
      create table bench_task (id int primary key, status text not null default 'pending', stage int not null default 0,
        data jsonb, updated_at timestamptz);
      create index bench_task_pending on bench_task (id) where status = 'pending';
      insert into bench_task (id) select generate_series(1, ${tasks})`);
  }

  /** The next task that nobody has, or null. */
  async claim(): Promise<number | null> {
    const { rows } = await this.pool.query({
      name: 'claim',
      text: `update bench_task set status = 'running' where id = (
        select id from bench_task where status = 'pending' order by id limit 1 for update skip locked) returning id`,
    });
    return rows[0]?.id ?? null;
  }

  async stages(id: number, { stages }: Work): Promise<void> {
    for (let stage = 1; stage <= stages; stage += 1) {
      await this.pool.query({
        name: 'stage',
        text: `update bench_task set stage = $2, data = $3, updated_at = clock_timestamp(),
          status = case when $2 = $4 then 'done' else status end where id = $1 and stage = $2 - 1`,
        values: [id, stage, JSON.stringify({ stage, left: 'for later stages' }), stages],
      });
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

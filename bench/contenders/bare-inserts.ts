import { connect } from '@/db/client';
import type { Contender } from './contender';

/** The bare limit: as many durable single-row commits as there are stages, through the driver that Switchyard uses. */
export const bareInserts: Contender = async (url, { tasks, stages, connections }) => {
  const { sql, close } = connect(url, connections);
  await sql`create table bench_insert (id bigserial primary key, at timestamptz not null default now(), note text not null)`;
  let left = tasks * stages;
  const loop = async () => {
    while (left-- > 0) await sql`insert into bench_insert (note) values ('one durable row')`;
  };
  return {
    run: async () => {
      await Promise.all(Array.from({ length: connections }, loop));
    },
    close,
  };
};

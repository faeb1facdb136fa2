import type postgres from 'postgres';

/**
 * Beats of nodes, for promises with a time in them. A node beats once a second while it gets to run; a machine that
 * stands still, or has other things to do, lets it neither beat nor do what was promised.
 */
export interface Beat {
  nodeId: string;
  at: Date;
}

/** Has every beat noted from now on. */
export async function keepBeats(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create table beat (node_id text not null, at timestamptz not null default clock_timestamp());
    create function note_beat() returns trigger language plpgsql as $$
      begin insert into beat (node_id) values (new.node_id); return null; end $$;
    create trigger note_beat after update of beat_at on node for each row execute function note_beat();`);
}

export async function readBeats(sql: postgres.Sql): Promise<Beat[]> {
  return [...(await sql<Beat[]>`select node_id as "nodeId", at from beat order by at`)];
}

import postgres from 'postgres';

/** More than there are of them between a backup and the loss of what came after it. */
const BEYOND = 1000;

/** What a restored database has under way. */
export interface RestoredWork {
  /** Plans that had begun and had not ended. */
  openPlans: string[];
  runningTasks: number;
}

/**
 * Makes a restored database differ from the one that was lost where the world has seen more of that one: numbers of plans
 * are never given twice, since targets know the keys that are made of them; and what targets and the store of stage data
 * take for a former run is not newer than what comes.
 */
export async function settleRestored(ownerUrl: string): Promise<RestoredWork> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined, connect_timeout: 5 });
  try {
    const [there] = await sql<{ there: boolean }[]>`SELECT to_regclass('public.task') IS NOT NULL AS there`;
    if (!there?.there) return { openPlans: [], runningTasks: 0 };
    await sql`
      SELECT setval(pg_get_serial_sequence('plan', 'number'), nextval(pg_get_serial_sequence('plan', 'number')) + ${BEYOND})`;
    await sql`UPDATE task SET epoch = epoch + ${BEYOND}`;
    await sql`UPDATE plan SET epoch = epoch + ${BEYOND}`;
    const plans = await sql<{ id: string }[]>`
      SELECT plan_id AS id FROM plan WHERE started_at IS NOT NULL AND ended_at IS NULL ORDER BY number`;
    const [tasks] = await sql<{ running: number }[]>`
      SELECT count(*)::int AS running FROM task WHERE status IN ('RUNNING', 'ROLLING_BACK')`;
    return { openPlans: plans.map(({ id }) => id), runningTasks: tasks?.running ?? 0 };
  } finally {
    await sql.end({ timeout: 2 });
  }
}

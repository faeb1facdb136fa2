import { isPassing, metLock } from '@/db/connection-loss';

/** What keeps a plan's statements from being carried out, in the operator's words; null when it concerns more than the plan. */
export function troubleIn(error: unknown): string | null {
  if (metLock(error))
    return 'Somebody holds a lock on its rows in the database, so nothing of this plan can be stored. What runs waits; nothing is lost. See pg_stat_activity and pg_locks for who it is.';
  if (isPassing(error))
    return 'The database takes too long to store what this plan does, and the statement is ended and sent again. What runs waits; nothing is lost. See pg_stat_activity and the database’s log.';
  return null;
}

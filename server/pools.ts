/**
 * Connections to the database, each kind of use with its own: no rush at the console keeps a run from storing what it did,
 * and nothing that hangs keeps a process from saying that it lives. What waits longer for a lock, or works longer, is ended.
 */
export const POOLS = {
  console: { max: 10, lockMillis: 3000, statementMillis: 30_000 },
  commands: { max: 4, byKeys: true, lockMillis: 3000, statementMillis: 30_000 },
  executor: { max: 7, byKeys: true, lockMillis: 2000, statementMillis: 20_000 },
  // What plans store together: none may hold up the others for long, each then goes on by itself.
  together: { max: 1, byKeys: true, lockMillis: 250, statementMillis: 1000 },
  liveness: { max: 1, lockMillis: 1000, statementMillis: 2000 },
} as const;

/** What a process has at most: the pools, five of the job engine, and one each for readiness, its lock and news, and one to migrate. */
export const MOST_CONNECTIONS = Object.values(POOLS).reduce((sum, { max }) => sum + max, 5 + 4);

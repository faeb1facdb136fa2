import dns from 'node:dns';
import { pendingSchema } from '@/db/migrate';
import { type Env, EnvError, readEnv } from '@/server/env';
import { CHECKS, DATABASE_CHECKS, WITHOUT_TABLES } from './all-checks';
import {
  type Check,
  type DatabaseCheck,
  type OpenDatabase,
  type Situation,
  type Variables,
  within,
} from './check';
import { refusals } from './checks/environment';
import { type Finding, type Result, warn } from './finding';
import { openDatabase } from './open-database';

/** Longer than any look of theirs takes by itself. */
const BOUND_MS = 8000;

/** Looks at everything, each within its time; changes nothing. The results come in the order in which they are told. */
export async function examine(variables: Variables, boundMillis = BOUND_MS): Promise<Result[]> {
  const env = readable(variables);
  if (env instanceof EnvError)
    return [...named('environment', refusals(env)), ...named('everything else', [NOT_WITHOUT_ENV])];
  const situation: Situation = {
    ...{ env, variables, resolve: dns.lookup, now: Date.now },
    ...{ embedded: null, database: null },
  };
  const opening = await within(boundMillis, 'database', async () => {
    const { findings, ...opened } = await openDatabase(env);
    Object.assign(situation, opened);
    return findings;
  });
  try {
    return [...opening, ...(await lookAtAll(situation, boundMillis))];
  } finally {
    await situation.database?.close();
  }
}

async function lookAtAll(situation: Situation, boundMillis: number): Promise<Result[]> {
  const { database } = situation;
  const run = ({ name, look }: Check) => within(boundMillis, name, (signal) => look(situation, signal));
  const [free, stored] = await Promise.all([
    Promise.all(CHECKS.map(run)),
    database ? lookInto(database, situation, boundMillis) : named('database', [notAsked(DATABASE_CHECKS)]),
  ]);
  return [...free.flat(), ...stored];
}

async function lookInto(
  database: OpenDatabase,
  situation: Situation,
  boundMillis: number,
): Promise<Result[]> {
  const run = ({ name, look }: DatabaseCheck) =>
    within(boundMillis, name, (signal) => look(database, situation, signal));
  const empty = await pendingSchema(database.sql).then(
    (pending) => pending.empty,
    () => false,
  );
  const results = await Promise.all((empty ? WITHOUT_TABLES : DATABASE_CHECKS).map(run));
  return results.flat();
}

function readable(variables: Variables): Env | EnvError {
  try {
    // As "serve" reads it.
    return readEnv({ ...variables, NODE_ENV: 'production' });
  } catch (error) {
    if (error instanceof EnvError) return error;
    throw error;
  }
}

const named = (check: string, findings: readonly Finding[]): Result[] =>
  findings.map((finding) => ({ check, ...finding }));

const NOT_WITHOUT_ENV = warn(
  'was not looked at',
  'It depends on what the environment says',
  'Correct the environment, and run this again',
);

const notAsked = (checks: readonly DatabaseCheck[]): Finding =>
  warn(
    `not looked at without a database: ${checks.map(({ name }) => name).join(', ')}`,
    'Nobody knows whether they are as they should be',
    'Run this again when it answers',
  );

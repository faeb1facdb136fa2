#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { main } from '@/cli/main';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

process.exitCode = await main(process.argv.slice(2), process.env, {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  read: (file) => (file === '-' ? buffer(process.stdin) : readFile(file)),
  signal: interrupted.signal,
}).catch((error: unknown) => {
  // Ctrl-C is no fault; the plan goes on without its watcher.
  if (interrupted.signal.aborted) return 130;
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

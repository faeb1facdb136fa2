import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Spawned {
  process: ChildProcess;
  /** Resolves with the first line that matches; rejects when the process ends before. */
  said(pattern: RegExp): Promise<RegExpMatchArray>;
  ended: Promise<unknown>;
}

/** Starts a TypeScript program beside this folder in a process of its own. */
export function spawnProgram(program: string, args: readonly string[]): Spawned {
  const file = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const said = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      lines.on('line', (line) => {
        const match = line.match(pattern);
        if (match) resolve(match);
      });
      child.once('exit', () => reject(new Error(`${program} ended before it said ${pattern}.`)));
    });
  return { process: child, said, ended };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const END = 'all of the block ran';
const ENDED = new RegExp(`^${END}$`);

/** A shell that somebody types blocks of a page into: what one of them exports is there in the next. */
export class Terminal {
  readonly lines: string[] = [];
  readonly #shell: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly cwd: string,
    env: NodeJS.ProcessEnv,
  ) {
    this.#shell = spawn('sh', [], { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#ended = once(this.#shell, 'exit');
    for (const input of [this.#shell.stdout, this.#shell.stderr])
      if (input)
        createInterface({ input }).on('line', (line) => {
          this.lines.push(line);
          for (const look of this.#waiting) look();
        });
  }

  /** Types a block, and resolves with what it said once it ended; rejects when one of its commands fails. */
  async run(block: string): Promise<string> {
    const from = this.lines.length;
    this.type(block);
    await this.said(ENDED, from);
    return this.lines.slice(from).join('\n');
  }

  /** Types a block that may not end by itself. */
  type(block: string): void {
    const file = path.join(this.cwd, `.block-${this.#shell.pid}-${this.lines.length}.sh`);
    writeFileSync(file, block);
    // What a program said last may have no end of line. Not in a subshell, which would forget what is exported; with an input of its own, since this one is what is typed next.
    this.#shell.stdin?.write(`set -e; . '${file}' < /dev/null; set +e; printf '\\n%s\\n' '${END}'\n`);
  }

  /** Resolves with the first line that matches, said from then on or from a line on. */
  said(pattern: RegExp, from = 0): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        for (const line of this.lines.slice(from)) {
          const match = line.match(pattern);
          if (!match) continue;
          this.#waiting.delete(look);
          resolve(match);
          return;
        }
      };
      this.#waiting.add(look);
      look();
      void this.#ended.then(() =>
        reject(new Error(`The shell ended before ${pattern}:\n${this.lines.join('\n')}`)),
      );
    });
  }

  /** Ends the shell and what runs in it. */
  async close(): Promise<void> {
    if (this.#shell.pid) process.kill(-this.#shell.pid, 'SIGTERM');
    await this.#ended;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';

/** Where Debian keeps what only administrators start. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The path of an installed program, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/**
 * For `describe.skipIf`: whether a program is missing, and a title that then says why its tests are skipped. `path`: where
 * one is that is in no folder for programs.
 */
export function needs(program: string, title: string, path = findProgram(program)) {
  const missing = path === null || !existsSync(path);
  return {
    path: path ?? program,
    missing,
    // scripts/test.mjs knows the reason by its first words.
    title: missing
      ? `${title} (skipped: there is no ${program} here; scripts/packages.mjs installs it)`
      : title,
  };
}

interface ProgramOptions {
  program: string;
  args: (folder: string) => string[];
  /** The line of its output that says it is ready; of one that says nothing a question, asked until it is answered. */
  ready: RegExp | (() => Promise<unknown>);
  env?: Record<string, string> | ((folder: string) => Record<string, string>);
  /** Writes what the program reads at its first start. */
  prepare?: (folder: string) => void;
}

/** A program nobody here wrote, running for a test in a folder of its own; ended by force when the test is over. */
export class Software {
  #child: ChildProcess | null = null;
  #back: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: string,
    private readonly options: ProgramOptions,
  ) {}

  /** Starts a program and waits until it is ready. Rejects with its output when it ends before that. */
  static async start(options: ProgramOptions): Promise<Software> {
    const folder = mkdtempSync(join(tmpdir(), 'switchyard-target-'));
    const software = new Software(folder, options);
    try {
      options.prepare?.(folder);
      await software.#run();
      return software;
    } catch (error) {
      await software.stop();
      throw error;
    }
  }

  /** Kills the program; it is started again as it was by itself a while later (`back`). Resolves once it is dead. */
  async outage(millis: number): Promise<void> {
    await this.#kill();
    this.#back = later(millis).then(() => this.#run());
    // Told to whoever waits for it.
    this.#back.catch(() => undefined);
  }

  /** Resolves once the last outage is over; rejects with the output when the program did not get up: to be asked before what came of it. */
  get back(): Promise<void> {
    return this.#back;
  }

  async stop(): Promise<void> {
    await this.#back.catch(() => undefined);
    await this.#kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
      return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  #run(): Promise<void> {
    const { program, args, env, ready } = this.options;
    const child = spawn(program, args(this.folder), {
      cwd: this.folder,
      // Nothing of the developer's own settings, and every file it writes in the folder that goes.
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH,
        HOME: this.folder,
        XDG_DATA_HOME: this.folder,
        XDG_CONFIG_HOME: this.folder,
        ...(typeof env === 'function' ? env(this.folder) : env),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    return new Promise((resolve, reject) => {
      let output = '';
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        if (ready instanceof RegExp && ready.test(output)) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${child.spawnfile} ended before it was ready:\n${output}`)));
      if (!(ready instanceof RegExp)) void answered(ready, child).then(resolve, reject);
    });
  }
}

/** How long apart a program is asked whether it is ready. */
const ASK_EVERY_MS = 20;

/** Resolves once the question is answered, or the program has ended. */
async function answered(ask: () => Promise<unknown>, child: ChildProcess): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null) throw error;
      await later(ASK_EVERY_MS);
    }
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

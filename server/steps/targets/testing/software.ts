import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where Debian keeps what only administrators start. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The path of an installed program, or null. */
function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** For `describe.skipIf`: whether a program is missing, and a title that then says why its tests are skipped. */
export function needs(program: string, title: string) {
  const path = findProgram(program);
  return {
    path: path ?? program,
    missing: path === null,
    // scripts/test.mjs knows the reason by its first words.
    title: path
      ? title
      : `${title} (skipped: there is no ${program} here; scripts/packages.mjs installs it on Debian)`,
  };
}

/** A program nobody here wrote, running for a test in a folder of its own; ended by force when the test is over. */
export class Software {
  private constructor(
    readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Starts a program and waits for the line of its output that says it is ready. Rejects with the output when it ends
   * before that.
   */
  static async start(options: {
    program: string;
    args: (folder: string) => string[];
    ready: RegExp;
    env?: Record<string, string>;
    /** Writes what the program reads at its start. */
    prepare?: (folder: string) => void;
  }): Promise<Software> {
    const folder = mkdtempSync(join(tmpdir(), 'switchyard-target-'));
    options.prepare?.(folder);
    const child = spawn(options.program, options.args(folder), {
      cwd: folder,
      // Nothing of the developer's own settings, and every file it writes in the folder that goes.
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH,
        HOME: folder,
        XDG_DATA_HOME: folder,
        XDG_CONFIG_HOME: folder,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const software = new Software(folder, child);
    try {
      await software.#says(options.ready);
      return software;
    } catch (error) {
      await software.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #says(ready: RegExp): Promise<void> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      let output = '';
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        if (ready.test(output)) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${child.spawnfile} ended before it was ready:\n${output}`)));
    });
  }
}

/** A TCP port of this machine that nobody uses now; for programs that cannot tell which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

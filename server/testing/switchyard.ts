import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import superjson from 'superjson';
import { freePort } from './free-port';

/** The bootstrap key of every server started here. */
export const API_KEY = 'key-of-the-end-to-end-tests-only-1234';

/** The server answered, and said no. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Running {
  url: string;
  process: ChildProcess;
  /** Everything it said so far. */
  output: string[];
  /** Resolves with the first line that matches, said before or after. */
  said(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Ends it in order and waits. */
  stop(): Promise<void>;
  /** kill -9, without waiting for anything it would like to do. */
  kill(): Promise<void>;
}

/**
 * Starts a built program (`server/main` or `scripts/demo`) and waits until it says that it is ready. `home` is the folder
 * it was built in, `within` a command that becomes the program that is named behind it.
 */
export async function startSwitchyard(
  program: string,
  env: Record<string, string>,
  spawned: (child: ChildProcess) => void = () => {},
  { home = '.', within = [] }: { home?: string; within?: readonly string[] } = {},
): Promise<Running> {
  const file = path.resolve(home, 'dist', `${program}.js`);
  return startServing(
    [...within, process.execPath, '--enable-source-maps', file],
    env,
    { cwd: home },
    spawned,
  );
}

/** Starts a command that serves, and waits until it says that it is ready. */
export async function startServing(
  command: readonly string[],
  env: Record<string, string>,
  as: Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'>,
  spawned: (child: ChildProcess) => void = () => {},
): Promise<Running> {
  const port = env.PORT ?? String(await freePort());
  const { DATABASE_URL: _theirs, ...inherited } = process.env;
  const child = spawn(command[0] as string, command.slice(1), {
    ...as,
    env: {
      ...inherited,
      NODE_ENV: 'production',
      PORT: port,
      SWITCHYARD_API_KEY: API_KEY,
      LOG_LEVEL: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  spawned(child);
  const output: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output.push(line);
      for (const look of waiting) look();
    });
  }
  const ended = once(child, 'exit');
  const said = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const look = () => {
        for (const line of output) {
          const match = line.match(pattern);
          if (!match) continue;
          waiting.delete(look);
          resolve(match);
          return;
        }
      };
      waiting.add(look);
      look();
      void ended.then(() =>
        reject(new Error(`${command.join(' ')} ended before it said ${pattern}:\n${output.join('\n')}`)),
      );
    });
  const running: Running = {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output,
    said,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  await said(/Switchyard is ready/);
  return running;
}

/** Calls a procedure with the bootstrap key; throws with the server's sentence when it refuses. */
export async function call<T>(
  url: string,
  procedure: string,
  kind: 'query' | 'mutation',
  input?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const body = JSON.stringify(superjson.serialize(input));
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
  const response =
    kind === 'query'
      ? await fetch(`${url}/api/trpc/${procedure}?input=${encodeURIComponent(body)}`, { headers, signal })
      : await fetch(`${url}/api/trpc/${procedure}`, { method: 'POST', headers, body, signal });
  const answer = (await response.json()) as {
    result?: { data: never };
    error?: { json: { message: string; data?: { code?: string } } };
  };
  if (!answer.result) {
    const { message = String(response.status), data } = answer.error?.json ?? {};
    throw new CallRefused(data?.code ?? 'UNKNOWN', `${procedure}: ${message}`);
  }
  return superjson.deserialize<T>(answer.result.data);
}

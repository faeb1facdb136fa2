import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type next from 'next';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { firstHostUrl } from '@/db/hosts';
import { migrate } from '@/db/migrate';
import { packageFolder } from '@/db/package-folder';
import { issueSetupLink } from '@/server/auth/setup';
import { publishRuntime } from '@/server/runtime';
import type { Env } from './env';
import { createProgram, type ProgramParts } from './program';
import { reachable } from './reachable';
import { loadSteps } from './steps/own/load-steps';
import { addSteps, BUILT_IN_TYPES } from './steps/registry';
import { createTlsServer } from './tls';

export interface RunningServer {
  url: URL;
  /** Where the first administrator sets up the console; null when there is an account. */
  setupLink: URL | null;
  db: Database;
  /** Resolves when something the server cannot live without has ended. */
  failed: Promise<Error>;
  /** Takes up what may have been renewed outside: the certificate, where it has one. */
  renew(): void;
  /** Stages under way may reach their boundary within the grace period. */
  stop(graceMillis: number): Promise<void>;
}

/**
 * Serves the program with the console's pages in one process, over the embedded database where none is given.
 * `say` tells a person what is happening; `log` is for machines.
 */
export async function startServer(
  env: Env,
  log: Logger,
  say: (line: string) => void,
): Promise<RunningServer> {
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closing.reverse())
      await close().catch((error: unknown) => log.warn({ err: error }, 'Closing failed'));
  };
  try {
    return await start();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function start(): Promise<RunningServer> {
    // Before anything is opened: a broken pair is refused at once.
    const tls = env.tls ? createTlsServer(env.tls, log) : null;
    if (tls) closing.push(tls.close);
    const scheme = tls ? 'https' : 'http';
    // First of all: whoever asks for the kinds of steps later gets these as well.
    const own = await loadSteps(env.ownSteps, BUILT_IN_TYPES);
    addSteps(own);
    if (own.length > 0) log.info({ kinds: own.map(({ type }) => type) }, 'Steps of your own are loaded');
    const database = await openDatabase();
    await migrate(database.ownerUrl, database.ownerUrl === database.url ? undefined : roleOf(database.url));
    const http = tls?.http ?? createServer();
    let pages: ProgramParts['pages'] | null = null;
    // Made last, and closed after the program, which still answers with them.
    let closePages = async () => {};
    closing.push(() => closePages());
    let grace = 0;
    const program = await createProgram({
      env,
      log,
      databaseUrl: database.url,
      baseUrl: env.publicUrl ?? new URL(`${scheme}://${reachable(env.host)}:${env.port}`),
      http,
      pages: async (request, response) => pages?.(request, response),
    });
    closing.push(() => program.stop(grace));
    publishRuntime(program.runtime);
    const dir = consoleFolder();
    // The one that the pages were built with, wherever they are.
    const startNext: typeof next = createRequire(path.join(dir, 'next'))('next');
    const console_ = startNext({
      dev: env.mode === 'development',
      dir,
      httpServer: http,
      hostname: env.host,
      port: env.port,
    });
    await console_.prepare();
    closePages = () => console_.close();
    pages = console_.getRequestHandler();
    await program.start();
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(env.port, env.host, resolve);
    });
    const url = new URL(`${scheme}://${reachable(env.host)}:${(http.address() as AddressInfo).port}`);
    return {
      url,
      setupLink: env.passwordLogin ? await issueSetupLink(program.db, env.publicUrl ?? url) : null,
      db: program.db,
      failed: database.failed,
      renew: () => tls?.renew(),
      stop: async (graceMillis) => {
        grace = graceMillis;
        await closeAll();
      },
    };
  }

  /** `ownerUrl` is for migrations; where it is another role's, the program runs without owning a table. */
  async function openDatabase(): Promise<{ url: string; ownerUrl: string; failed: Promise<Error> }> {
    if (env.databaseUrl) {
      const { databaseUrl: url, databaseOwnerUrl: ownerUrl = url } = env;
      return { url, ownerUrl, failed: new Promise(() => {}) };
    }
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(env.dataDir, 'postgres'), log: say });
    closing.push(() => postgres.stop());
    return { url: postgres.runtimeUrl, ownerUrl: postgres.url, failed: postgres.died };
  }
}

/** Where the pages are: among their sources, or beside the server in a package that was installed. */
function consoleFolder(): string {
  const root = packageFolder();
  if (existsSync(path.join(root, 'app'))) return root;
  const packed = path.join(root, 'dist', 'console');
  // As Next's own stand-alone server has it: the settings are those of the build, and nothing is loaded that reads them.
  const built = readFileSync(path.join(packed, '.next', 'required-server-files.json'), 'utf8');
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(JSON.parse(built).config);
  return packed;
}

const roleOf = (databaseUrl: string): string => decodeURIComponent(firstHostUrl(databaseUrl).username);

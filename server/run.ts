import { EmbeddedPostgresError } from '@/db/embedded/errors';
import { EnvError, readEnv } from './env';
import { createLogger } from './logging';
import { type RunningServer, startServer } from './start';
import { OwnStepsError } from './steps/own/load-steps';

const GRACE_MS = 10_000;

/**
 * Runs the server until it is told to stop: says where it is, and ends in order on Ctrl-C or SIGTERM.
 * What an operator can mend is said in words; anything else comes with its stack. Exits the process.
 */
export async function runServer(
  options: { beforeReady?(server: RunningServer): Promise<void>; afterStop?(): void } = {},
): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  // Whoever read what is said may be gone. Next would tell of that there, fail at it, and tell of it again without an end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    const env = readEnv(process.env);
    const log = createLogger(process.env.LOG_LEVEL ?? 'info');
    const server = await startServer(env, log, say);
    await options.beforeReady?.(server);
    say(`\nSwitchyard is ready: ${env.publicUrl?.href ?? server.url.href}`);
    if (server.setupLink)
      say(`Set up the first account (valid for one hour, once): ${server.setupLink.href}\n`);

    let ending = false;
    const end = (code: number) => {
      // A second signal means now.
      if (ending) process.exit(1);
      ending = true;
      say('Stopping: stages under way may finish…');
      void server
        .stop(GRACE_MS)
        .then(options.afterStop)
        .finally(() => process.exit(code));
    };
    // As daemons do; without a certificate it means that the terminal is gone, as ever.
    if (env.tls) process.on('SIGHUP', server.renew);
    process.on('SIGINT', () => end(0));
    process.on('SIGTERM', () => end(0));
    void server.failed.then((error) => {
      log.fatal({ err: error }, 'The database ended');
      end(1);
    });
  } catch (error) {
    const mendable = [EnvError, EmbeddedPostgresError, OwnStepsError].some((kind) => error instanceof kind);
    console.error(mendable && error instanceof Error ? error.message : error);
    options.afterStop?.();
    process.exit(1);
  }
}

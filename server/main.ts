import { EmbeddedPostgresError } from '@/db/embedded/errors';
import { EnvError, readEnv } from './env';
import { createLogger } from './logging';
import { startServer } from './start';

const GRACE_MS = 10_000;

/** Starts the server, tells a person where it is, and ends it in order on Ctrl-C or SIGTERM. */
async function main(): Promise<void> {
  const env = readEnv(process.env);
  const log = createLogger(process.env.LOG_LEVEL ?? 'info');
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const server = await startServer(env, log, say);
  say(`\nSwitchyard is ready: ${env.publicUrl?.href ?? server.url.href}`);
  if (server.setupLink)
    say(`Set up the first account (valid for one hour, once): ${server.setupLink.href}\n`);

  let ending = false;
  const end = (code: number) => {
    // A second signal means now.
    if (ending) process.exit(1);
    ending = true;
    say('Stopping: stages under way may finish…');
    void server.stop(GRACE_MS).finally(() => process.exit(code));
  };
  process.on('SIGINT', () => end(0));
  process.on('SIGTERM', () => end(0));
  void server.failed.then((error) => {
    log.fatal({ err: error }, 'The database ended');
    end(1);
  });
}

main().catch((error: unknown) => {
  // What an operator can mend is said in words; anything else needs its stack.
  if (error instanceof EnvError || error instanceof EmbeddedPostgresError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});

import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import postgres from 'postgres';
import { readSettings } from '@/db/embedded/cluster';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { makeScratchFolder } from '@/db/testing/scratch';
import { Software } from '@/server/steps/targets/testing/software';
import { TEST_CERTIFICATE, TEST_KEY } from '@/server/steps/testing/test-certificate';
import { freePort } from '@/server/testing/free-port';

export const PASSWORD = 'it\'s \\a "password"';

/** The same as PostgreSQL writes it. */
export const POSTGRES_LITERAL = `E'${PASSWORD.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A database of a test's own, with TLS by the test's authority. */
export interface TestDatabase {
  port: number;
  /** By somebody who may do everything, in the database that was named. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** With a database and the role that owns it; with none of that in `postgres`. */
export async function startPostgres(name = 'target'): Promise<TestDatabase> {
  const server = await startEmbeddedPostgres({
    dataDir: join(makeScratchFolder(), 'target'),
    log: () => undefined,
    durable: false,
  });
  const { port } = new URL(server.url);
  const { adminPassword: password } = readSettings(join(server.dataDir, 'cluster'));
  const as = { username: 'postgres', password, max: 1, onnotice: () => undefined };
  const root = postgres(server.url, { ...as, database: 'postgres' });
  const [{ folder }] = await root<[{ folder: string }]>`SELECT current_setting('data_directory') AS folder`;
  const { uid, gid } = statSync(folder);
  for (const [name, text] of [
    ['server.crt', TEST_CERTIFICATE],
    ['server.key', TEST_KEY],
  ] as const) {
    const file = join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, 0o600);
    chownSync(file, uid, gid);
  }
  await root`ALTER SYSTEM SET ssl = on`;
  await root`SELECT pg_reload_conf()`;
  if (name !== 'postgres') {
    await root.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD ${POSTGRES_LITERAL}`);
    await root.unsafe(`CREATE DATABASE ${name} OWNER ${name}`);
  }
  const sql = postgres(server.url, { ...as, database: name });
  return {
    port: Number(port),
    admin: async (text) => [...(await sql.unsafe(text))],
    stop: async () => {
      await Promise.all([root.end(), sql.end()]);
      await server.stop();
    },
  };
}

/** With a database and a user of the same name, who may do everything there. */
export async function startMariadb(program: string, name = 'target'): Promise<TestDatabase> {
  const port = await freePort();
  const software = await Software.start({
    program,
    prepare: (folder) => {
      writeFileSync(join(folder, 'server.crt'), TEST_CERTIFICATE);
      writeFileSync(join(folder, 'server.key'), TEST_KEY);
      const made = spawnSync(
        'mariadb-install-db',
        ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', ...dataIn(folder)],
        { encoding: 'utf8' },
      );
      if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stdout}${made.stderr}`);
    },
    args: (folder) => [
      '--no-defaults',
      ...dataIn(folder),
      ...[`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`],
      ...[`--ssl-cert=${join(folder, 'server.crt')}`, `--ssl-key=${join(folder, 'server.key')}`],
      ...['--innodb-flush-log-at-trx-commit=0', '--skip-name-resolve'],
    ],
    ready: /ready for connections/,
  });
  const root = await createConnection({ host: '127.0.0.1', port, user: 'root' });
  const secret = root.escape(PASSWORD);
  await root.query(`CREATE USER ${name}@'127.0.0.1' IDENTIFIED BY ${secret}`);
  await root.query(`CREATE DATABASE ${name}`);
  await root.query(`GRANT ALL ON ${name}.* TO ${name}@'127.0.0.1'`);
  await root.query(`USE ${name}`);
  return {
    port,
    admin: async (text) => (await root.query(text))[0] as Record<string, unknown>[],
    stop: async () => {
      root.destroy();
      await software.stop();
    },
  };
}

const dataIn = (folder: string) => [
  `--datadir=${join(folder, 'data')}`,
  // What the kernel gives for that is shared by all on the machine, and several start at once.
  '--innodb-use-native-aio=0',
  ...(process.getuid?.() === 0 ? ['--user=root'] : []),
];

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { makeScratchFolder } from '@/db/testing/scratch';
import { type Account, currentAccount, ownerOf } from './account';
import { linkLibraries, prepareBinaries } from './binaries';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './launcher';
import { systemFolder } from './location';
import { isAlive, isPostmasterOf, readPostmasterFile } from './postmaster';
import { createTestProject, type TestProject } from './testing/test-project';

const isRoot = currentAccount().uid === 0;
const nobody: Account = { uid: 65534, gid: 65534 };

let project: TestProject;
/** A cluster made once, which most tests start from. */
let made: string;
let folder: string;
let dataDir: string;
let running: EmbeddedPostgres[];
let log: string[];

beforeAll(async () => {
  project = await createTestProject();
  made = makeScratchFolder();
  const database = await startEmbeddedPostgres({ dataDir: made, log: () => undefined });
  await database.stop();
});
afterAll(() => {
  project.remove();
  rmSync(made, { recursive: true, force: true });
});

beforeEach(() => {
  folder = makeScratchFolder();
  dataDir = join(folder, 'postgres');
  // Copied by root it belongs to root, as a restored backup does: the launcher must put that right.
  cpSync(made, dataDir, { recursive: true });
  running = [];
  log = [];
});
afterEach(async () => {
  for (const database of running) await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(dir = dataDir): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ dataDir: dir, log: (line) => log.push(line) });
  running.push(database);
  return database;
}

async function query<T>(url: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await use(sql);
  } finally {
    // Without a limit it waits for ever on a connection that broke.
    await sql.end({ timeout: 1 });
  }
}

function postmasterPid(dir = dataDir): number {
  const file = readPostmasterFile(join(dir, 'cluster'));
  if (!file) throw new Error('no postmaster.pid');
  return file.pid;
}

describe('a database of its own', () => {
  it('is created, keeps its data and its address, and leaves no process', async () => {
    rmSync(dataDir, { recursive: true });
    const first = await start();
    await query(first.url, (sql) => sql`CREATE TABLE kept AS SELECT 42 AS answer`);
    const pid = postmasterPid();
    expect(isPostmasterOf(join(dataDir, 'cluster'), pid)).toBe(true);
    await first.stop();
    expect(isAlive(pid)).toBe(false);

    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, (sql) => sql`SELECT answer FROM kept`)).toEqual([{ answer: 42 }]);
    expect(log).toContainEqual(expect.stringMatching(/^Creating the database in .*…$/));
    expect(log).toContainEqual(expect.stringMatching(/^Database created in \d+\.\d s\.$/));
  });

  it('is durable, private and not a superuser’s', async () => {
    const { url } = await start();
    const [row] = await query(
      url,
      (sql) => sql`
        SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS listen,
               current_setting('max_connections') AS connections, rolsuper
        FROM pg_roles WHERE rolname = current_user`,
    );
    expect(row).toEqual({ fsync: 'on', listen: '127.0.0.1', connections: '200', rolsuper: false });
    expect(statSync(join(dataDir, 'cluster', 'switchyard.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, (sql) => sql`SELECT 1`)).rejects.toThrow(/password authentication failed/);
  });

  it('moves to another port when its own is taken', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await first.stop();
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const second = await start();
    expect(Number(new URL(second.url).port)).not.toBe(port);
    expect(await query(second.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
    squatter.close();
  });

  it('says so when it dies', async () => {
    const database = await start();
    process.kill(postmasterPid(), 'SIGQUIT');
    expect((await database.died).message).toMatch(/stopped by itself.*Start Switchyard again/);
  });
});

describe('after a crash', () => {
  it('ends with an owner that was killed, and has what was committed', async () => {
    const owner = project.startOwner(dataDir);
    const { url } = await owner.started;
    await query(url, (sql) => sql`CREATE TABLE kept AS SELECT 42 AS answer`);
    const pid = postmasterPid();
    owner.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    const next = await start();
    expect(await query(next.url, (sql) => sql`SELECT answer FROM kept`)).toEqual([{ answer: 42 }]);
  });

  it('starts at once after the kill, while the old one is still going down', async () => {
    const owner = project.startOwner(dataDir);
    await owner.started;
    owner.kill('SIGKILL');
    await owner.ended;
    const next = await start();
    expect(await query(next.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  });

  it('ends a database whose owner and guard are both gone', async () => {
    const owner = project.startOwner(dataDir);
    await owner.started;
    const left = postmasterPid();
    const guard = parentOf(left);
    // It must not get round to anything between the ends of the two.
    process.kill(guard, 'SIGSTOP');
    for (const pid of [...childrenOf(guard).filter((child) => child !== left), guard])
      process.kill(pid, 'SIGKILL');
    owner.kill('SIGKILL');
    await owner.ended;
    expect(isAlive(left)).toBe(true);
    await start();
    expect(isAlive(left)).toBe(false);
    expect(log).toContain('Ending a database left over from an earlier run…');
  });

  it('starts after the database itself was killed', async () => {
    const owner = project.startOwner(dataDir);
    const { url } = await owner.started;
    await query(url, (sql) => sql`CREATE TABLE kept AS SELECT 42 AS answer`);
    process.kill(postmasterPid(), 'SIGKILL');
    owner.kill('SIGKILL');
    await owner.ended;
    const next = await start();
    expect(await query(next.url, (sql) => sql`SELECT answer FROM kept`)).toEqual([{ answer: 42 }]);
  });

  const stale: [string, () => Promise<{ pid: number; end: () => void }>][] = [
    ['of another program by now', () => bystander('echo $$; exec sleep 1000')],
    ['of a zombie', () => bystander('sleep 0 & echo $!; exec sleep 1000')],
  ];
  it.each(stale)('is not held up by a postmaster.pid with the number %s', async (_case, make) => {
    const owner = project.startOwner(dataDir);
    await owner.started;
    const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
    const content = readFileSync(pidFile, 'utf8');
    owner.kill('SIGTERM');
    await owner.ended;
    const other = await make();
    writeFileSync(pidFile, content.replace(/^\d+/, String(other.pid)));
    await start();
    expect(postmasterPid()).not.toBe(other.pid);
    other.end();
  });

  it('begins afresh after a creation that was cut short', async () => {
    rmSync(dataDir, { recursive: true });
    mkdirSync(join(dataDir, 'cluster.new-999999999'), { recursive: true });
    mkdirSync(join(dataDir, `cluster.new-${process.pid}`, 'base'), { recursive: true });
    const database = await start();
    expect(await query(database.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
    expect(existsSync(join(dataDir, 'cluster.new-999999999'))).toBe(false);
  });
});

describe('a second Switchyard on the same folder', () => {
  it('is refused and told what to do, and disturbs nothing', async () => {
    const first = await start();
    const refusal = await project.startOwner(dataDir).ended;
    expect(refusal).toContain(
      `Another Switchyard (process ${process.pid}) is running on the data folder ${dataDir}`,
    );
    expect(refusal).toMatch(/SWITCHYARD_DATA_DIR.*DATABASE_URL/);
    await expect(start()).rejects.toMatchObject({ code: 'in-use' });
    expect(await query(first.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  });

  it('is refused also after a backend crash has cut the owner’s connections', async () => {
    const first = await start();
    const crash = query(first.url, async (sql) => {
      const [backend] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      if (backend) process.kill(backend.pid, 'SIGKILL');
      await sql`SELECT pg_sleep(60)`;
    });
    await expect(crash).rejects.toThrow();
    await expect.poll(() => answers(first.url)).toBe(true);
    await expect(start()).rejects.toMatchObject({ code: 'in-use' });
  });

  it('wins or is refused when both start at once, also the very first time', async () => {
    rmSync(dataDir, { recursive: true });
    const owners = Array.from({ length: 3 }, () => project.startOwner(dataDir));
    const outcomes = await Promise.allSettled(owners.map((owner) => owner.started));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain('Another Switchyard');
    }
    for (const owner of owners) owner.kill('SIGTERM');
    await Promise.all(owners.map((owner) => owner.ended));
  });
});

describe('the programs', () => {
  it('get their library links when install scripts were off', () => {
    linkLibraries(project.packageDir);
    const { postgres: program } = prepareBinaries(currentAccount(), project.packageDir);
    expect(program.startsWith(project.packageDir)).toBe(true);
  });
});

describe.runIf(isRoot)('as root', () => {
  it('runs Postgres as another user', async () => {
    await start();
    expect(ownerOf(join(dataDir, 'cluster'))?.uid).not.toBe(0);
    expect(ownerOf(`/proc/${postmasterPid()}`)?.uid).toBe(ownerOf(dataDir)?.uid);
  });

  it('works below a folder only root may enter, in a system folder', async () => {
    rmSync(dataDir, { recursive: true });
    chmodSync(folder, 0o700);
    const database = await start();
    expect(database.dataDir.startsWith(systemFolder())).toBe(true);
    expect(await query(database.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
    await database.stop();
    // It stays there when the folder opens up later.
    chmodSync(folder, 0o755);
    const again = await start();
    expect(again.url).toBe(database.url);
    await again.stop();
    rmSync(database.dataDir, { recursive: true, force: true });
  });

  it('does not hide a database behind a new one when its folder has become private', async () => {
    await (await start()).stop();
    chmodSync(folder, 0o700);
    await expect(start()).rejects.toMatchObject({ code: 'folder-not-reachable' });
  });

  it('copies programs that only root can read', () => {
    chmodSync(project.dir, 0o700);
    try {
      const { postgres: program } = prepareBinaries(nobody, project.packageDir);
      expect(program.startsWith(systemFolder())).toBe(true);
    } finally {
      chmodSync(project.dir, 0o755);
    }
  });

  it('leaves a folder that a later start as another user is told about', async () => {
    await (await start()).stop();
    const refusal = await project.startOwner(dataDir, nobody).ended;
    expect(refusal).toMatch(/belongs to user \w+, but Switchyard now runs as nobody\..*sudo chown -R/);
  });

  it('opens the folder of an ordinary user without taking it away', async () => {
    rmSync(dataDir, { recursive: true });
    mkdirSync(dataDir);
    chownSync(dataDir, nobody.uid, nobody.gid);
    const owner = project.startOwner(dataDir, nobody);
    await owner.started;
    owner.kill('SIGTERM');
    await owner.ended;
    await (await start()).stop();
    const again = project.startOwner(dataDir, nobody);
    expect((await again.started).dataDir).toBe(dataDir);
    again.kill('SIGTERM');
    await again.ended;
  });
});

/** A process of the user Postgres runs as, which Postgres could therefore take for a rival. */
async function bystander(script: string): Promise<{ pid: number; end: () => void }> {
  const child = spawn('/bin/sh', ['-c', script], {
    ...ownerOf(dataDir),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { pid: Number(line), end: () => child.kill('SIGKILL') };
}

function parentOf(pid: number): number {
  return processes().find((row) => row.pid === pid)?.parent ?? 0;
}

function childrenOf(pid: number): number[] {
  return processes()
    .filter(({ parent }) => parent === pid)
    .map((row) => row.pid);
}

function processes(): { pid: number; parent: number }[] {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
    return stdout.split('\n').map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return { pid: pid ?? 0, parent: parent ?? 0 };
    });
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/status`))
    .map((name) => ({ pid: Number(name), parent: parentInStatus(name) }));
}

function parentInStatus(pid: string): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0; // It ended while we looked.
  }
}

async function answers(url: string): Promise<boolean> {
  return query(url, (sql) => sql`SELECT 1`).then(
    () => true,
    () => false,
  );
}

import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import { testDatabase } from '@/db/testing/test-database';
import { type JobKind, Jobs } from './jobs';

const connection = testDatabase(2);
const nodes: Jobs[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop(0)));
});

async function startNode(kind: JobKind<{ n: number }>): Promise<Jobs> {
  const node = new Jobs(connection.url, pino({ level: 'silent' }));
  nodes.push(node);
  await node.start([kind]);
  return node;
}

/** A kind of job that reports what it did; `until` resolves after so many. */
function recording(queue: string, fails: (n: number, times: number) => boolean = () => false) {
  const done: number[] = [];
  const times = new Map<number, number>();
  let changed = () => {};
  return {
    done,
    kind: {
      queue,
      concurrency: 2,
      expireInSeconds: 3600,
      run: async ({ n }) => {
        times.set(n, (times.get(n) ?? 0) + 1);
        if (fails(n, times.get(n) ?? 0)) throw new Error('not yet');
        done.push(n);
        changed();
      },
    } satisfies JobKind<{ n: number }>,
    until: async (count: number) => {
      while (done.length < count)
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
    },
  };
}

it('gives each job to one of the processes, however often it is sent', async () => {
  const work = recording('once');
  // They come up together on a database that never saw a job.
  const [first, second] = await Promise.all([startNode(work.kind), startNode(work.kind)]);
  const jobs = Array.from({ length: 20 }, (_, n) => ({ id: randomUUID(), data: { n } }));
  await Promise.all([first.send(work.kind, jobs), second.send(work.kind, jobs), first.send(work.kind, jobs)]);
  await work.until(20);
  const last = { id: randomUUID(), data: { n: 20 } };
  await second.send(work.kind, [last]);
  await work.until(21);
  expect(work.done.sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, n) => n));
});

it('tries a job again that did not finish', async () => {
  const work = recording('again', (_n, times) => times === 1);
  const node = await startNode(work.kind);
  await node.send(work.kind, [{ id: randomUUID(), data: { n: 1 } }]);
  await work.until(1);
  expect(work.done).toEqual([1]);
});

it('keeps one clock for all processes', async () => {
  const work = recording('daily');
  const kind = { ...work.kind, cron: '17 3 * * *' };
  await startNode(kind);
  await startNode(kind);
  const rows = await connection.sql`select name, cron, timezone from pgboss.schedule where name = 'daily'`;
  expect([...rows]).toEqual([{ name: 'daily', cron: '17 3 * * *', timezone: 'UTC' }]);
});

it('takes up after a restart what was sent while nobody worked', async () => {
  const work = recording('later');
  const before = await startNode(work.kind);
  await before.stop(0);
  const other = await startNode({ ...work.kind, queue: 'unrelated' });
  await other.send(work.kind, [{ id: randomUUID(), data: { n: 7 } }]);
  expect(work.done).toEqual([]);
  await startNode(work.kind);
  await work.until(1);
});

it('goes on after the database cut its connections', async () => {
  const work = recording('cut');
  const node = await startNode(work.kind);
  await node.send(work.kind, [{ id: randomUUID(), data: { n: 1 } }]);
  await work.until(1);
  const cut = await connection.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name like 'switchyard jobs%' and datname = current_database()`;
  expect(cut.length).toBeGreaterThan(0);
  // Whoever sends meanwhile sees the failure and sends again: the rows still say what is to be done.
  const again = { id: randomUUID(), data: { n: 2 } };
  // Each of the pool's connections may have to find out for itself.
  const send = () =>
    node.send(work.kind, [again]).then(
      () => true,
      () => false,
    );
  while (!(await send()));
  await work.until(2);
});

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect } from '@/db/client';
import { createTestDatabase, type TestDatabase } from '@/db/testing/test-database';
import { freePort } from '@/server/testing/free-port';
import { type CheckpointKey, type CheckpointStore, keyText } from './checkpoint-store';
import { postgresCheckpoints } from './postgres';
import { redisCheckpoints } from './redis';
import { memoryCheckpoints } from './testing/memory';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

let database: TestDatabase;
let connection: Connection;
let redis: { url: string; process: ChildProcess } | null = null;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = connect(database.url, 2);
  if (hasRedis) redis = await startRedis();
});
afterAll(async () => {
  redis?.process.kill('SIGKILL');
  await connection.close();
  await database.drop();
});

const STORES: [string, boolean, () => Promise<CheckpointStore>][] = [
  ['memory', true, async () => memoryCheckpoints()],
  ['postgres', true, async () => postgresCheckpoints(connection.db)],
  ['redis', hasRedis, async () => redisCheckpoints(redis?.url ?? '', () => {})],
];

describe.each(STORES)('the %s checkpoint store', (kind, available, open) => {
  describe.skipIf(!available)(
    available ? 'keeps its promises' : 'is skipped: redis-server is not installed',
    () => {
      let store: CheckpointStore;
      let taskId: string;
      let counter = 0;
      beforeEach(async () => {
        counter += 1;
        taskId = `PLN-${counter}.1`;
        if (kind === 'postgres') await aTask(taskId, `PLN-${counter}`, counter);
        store = await open();
        return () => store.close();
      });
      const at = (change: Partial<CheckpointKey> = {}): CheckpointKey => ({
        taskId,
        direction: 'forward',
        epoch: 1,
        stageIndex: 0,
        ...change,
      });

      it('gives back what was saved, in one batch', async () => {
        await store.save(at(), { etag: '"7"' });
        await store.save(at({ stageIndex: 1 }), { nested: { list: [1, 'zwei', null] } });
        const found = await store.load([at(), at({ stageIndex: 1 }), at({ stageIndex: 2 })]);
        expect(Object.fromEntries(found)).toEqual({
          [keyText(at())]: { etag: '"7"' },
          [keyText(at({ stageIndex: 1 }))]: { nested: { list: [1, 'zwei', null] } },
        });
        expect((await store.load([])).size).toBe(0);
      });

      it('keeps epochs and directions apart', async () => {
        await store.save(at(), { by: 'first' });
        await store.save(at({ epoch: 2 }), { by: 'second' });
        await store.save(at({ direction: 'rollback' }), { by: 'back' });
        const found = await store.load([at(), at({ epoch: 2 }), at({ direction: 'rollback' })]);
        expect([...found.values()].map((data) => data.by).sort()).toEqual(['back', 'first', 'second']);
      });

      it('replaces what is saved under the same key', async () => {
        await store.save(at(), { n: 1 });
        await store.save(at(), { n: 2 });
        expect((await store.load([at()])).get(keyText(at()))).toEqual({ n: 2 });
      });

      it('drops one direction of a task and leaves the other', async () => {
        await store.save(at(), { n: 1 });
        await store.save(at({ stageIndex: 3, epoch: 4 }), { n: 2 });
        await store.save(at({ direction: 'rollback' }), { n: 3 });
        await store.drop([at({ epoch: 4 })]);
        const found = await store.load([
          at(),
          at({ stageIndex: 3, epoch: 4 }),
          at({ direction: 'rollback' }),
        ]);
        expect([...found.keys()]).toEqual([keyText(at({ direction: 'rollback' }))]);
        await store.drop([at({ direction: 'rollback' }), at()]);
        await store.drop([]);
        expect(await store.taskIds()).not.toContain(taskId);
      });

      it('leaves what a later run has saved, however late the drop comes', async () => {
        await store.save(at({ epoch: 9 }), { n: 1 });
        await store.save(at({ epoch: 10 }), { n: 2 });
        await store.drop([at({ epoch: 9 })]);
        const found = await store.load([at({ epoch: 9 }), at({ epoch: 10 })]);
        expect([...found.keys()]).toEqual([keyText(at({ epoch: 10 }))]);
      });

      it('names the tasks it has something of', async () => {
        await store.save(at(), { n: 1 });
        expect(await store.taskIds()).toContain(taskId);
      });
    },
  );
});

describe.skipIf(!hasRedis)('the redis checkpoint store', () => {
  it('rejects at once while Redis is away, and works again when it is back', async () => {
    const own = await startRedis();
    const store = await redisCheckpoints(own.url, () => {});
    const key: CheckpointKey = { taskId: 'PLN-9.1', direction: 'forward', epoch: 1, stageIndex: 0 };
    await store.save(key, { n: 1 });
    own.process.kill('SIGKILL');
    await once(own.process, 'exit');
    await expect(store.save(key, { n: 2 })).rejects.toThrow();
    const again = await startRedis(Number(new URL(own.url).port));
    try {
      await expect
        .poll(() =>
          store.save(key, { n: 3 }).then(
            () => 'saved',
            () => 'away',
          ),
        )
        .toBe('saved');
      // It came back without what it had: the caller sees that the data is lost.
      expect((await store.load([{ ...key, stageIndex: 5 }])).size).toBe(0);
    } finally {
      await store.close();
      again.process.kill('SIGKILL');
    }
  });
});

async function aTask(id: string, planId: string, number: number): Promise<void> {
  const { sql } = connection;
  await sql`insert into plan (plan_id, number, name, status, max_concurrency, settings, unit_id, unit_name, version, playbook_id, playbook_version, playbook, created_by)
    values (${planId}, ${number}, 'p', 'READY', 1, '{}', 'u', 'U', 'v', 'b', 1, '{"stages":[]}', 'op')`;
  await sql`insert into task (task_id, plan_id, tenant_id, unit_id, ordinal, status, stages)
    values (${id}, ${planId}, 'acme', 'u', 1, 'PENDING', '{}')`;
}

/** A real Redis without persistence on a free port, ready to answer. */
async function startRedis(port?: number): Promise<{ url: string; process: ChildProcess }> {
  const chosen = port ?? (await freePort());
  const child = spawn(
    'redis-server',
    ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: 'ignore',
    },
  );
  const url = `redis://127.0.0.1:${chosen}`;
  const probe = createClient({ url, socket: { reconnectStrategy: 50 } });
  probe.on('error', () => {});
  await probe.connect();
  await probe.ping();
  probe.destroy();
  return { url, process: child };
}

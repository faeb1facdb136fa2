import { sql } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import type { PlaybookDefinition } from '@/domain/playbook';
import { Harness } from '../testing/harness';
import { dropLeakedData } from './drop-leaked';
import { memoryCheckpoints } from './testing/memory';

/** The first stage leaves something that the second one needs. */
const PLAYBOOK: PlaybookDefinition = {
  stages: [
    {
      name: 'Read',
      steps: [
        {
          name: 'ask',
          type: 'http-request',
          target: 'instance',
          calls: [{ method: 'GET', url: '/health', extract: { seen: { json: 'version' } } }],
          save: ['seen'],
        },
      ],
    },
    {
      name: 'Config',
      steps: [
        {
          name: 'send',
          type: 'config-update',
          request: { headers: { 'x-seen': '{{data.seen}}' }, body: '{"version":"{{config.version}}"}' },
        },
        { name: 'tell', type: 'broadcast' },
      ],
    },
    { name: 'Health', steps: [{ name: 'confirm', type: 'health-check' }] },
  ],
};

let harness: Harness;
afterEach(() => harness.close());

const begin = async () => {
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: [{ tenantId: 'acme', instances: 1 }] },
    playbook: PLAYBOOK,
  });
  const checkpoints = memoryCheckpoints();
  await harness.startExecutor({ checkpoints });
  harness.fleet.setFault('acme', { kind: 'fail', times: 1 });
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  await harness.until(`${planId}.1`, 'FAILED');
  return { task: `${planId}.1`, checkpoints };
};
const asked = () =>
  harness.fleet.requests.filter(({ method, path }) => method === 'GET' && path === '/health').length;

it('goes on from its checkpoint with what the completed stage left, and then forgets it', async () => {
  const { task, checkpoints } = await begin();
  const before = asked();
  await harness.task(task, 'retry', { fromCheckpoint: true });
  await harness.until(task, 'COMPLETED');
  // The drift guard looks again and the health-check does; the first stage does not.
  expect((await harness.kindsOf(task)).filter((kind) => kind === 'StageStarted')).toHaveLength(4);
  expect(asked()).toBeGreaterThan(before);
  const [row] = await harness.db.execute(sql`select data_at from task where task_id = ${task}`);
  expect(row?.dataAt).toBeNull();
  expect(await checkpoints.taskIds()).toEqual([]);
});

it('leaves nothing behind when the process died before it could forget', async () => {
  const { task, checkpoints } = await begin();
  const key = { taskId: 'PLN-77.1', direction: 'forward', epoch: 1, stageIndex: 0 } as const;
  await checkpoints.save(key, { of: 'a task that is gone' });
  expect(await dropLeakedData(harness.db, checkpoints)).toEqual(['PLN-77.1']);
  // The failed task may still be retried from its checkpoint.
  expect(await checkpoints.taskIds()).toEqual([task]);
});

it('whose data is lost fails, and only starts over', async () => {
  const { task, checkpoints } = await begin();
  checkpoints.lose();
  await harness.task(task, 'retry', { fromCheckpoint: true });
  const failure = await harness.eventually(async () => {
    const [row] = await harness.db.execute<{ failure: { code: string } | null; status: string }>(
      sql`select failure, status from task where task_id = ${task}`,
    );
    return row?.status === 'FAILED' && row.failure?.code === 'CHECKPOINT_LOST' ? row.failure : null;
  });
  expect(failure).toMatchObject({ errorType: 'SYSTEM', retryable: false });
  await harness.task(task, 'retry', { fromCheckpoint: true });
  expect(await harness.until(task, 'COMPLETED')).toBe('COMPLETED');
  const stages = (await harness.events(task.split('.')[0] ?? '')).filter(
    (event) => event.kind === 'TaskRetryStarted',
  );
  expect(stages.map((event) => event.payload.fromCheckpoint)).toEqual([true, false]);
});

import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { failed, NotificationWorld } from './testing/notification-world';
import { listDeliveries, updateWebhook } from './webhooks';

const world = NotificationWorld.forTests();
const nobody = { send: async () => {} };
const AT_NIGHT = {
  ...{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00', timeZone: 'Europe/Berlin' },
  through: ['planHalted'],
};

const waiting = async () =>
  (await world.db.execute<{ n: number }>(sql`select count(*)::int as n from webhook_event`))[0]?.n;
const messages = async () =>
  (await listDeliveries(world.db, { limit: 100 })).items.map(({ topic, count }) => [topic, count]).sort();
const bodies = () => world.receiver.received.map(({ body }) => JSON.parse(body));

it('makes one message of three hundred failures, with counts of all and the first names, sent once', async () => {
  const { planId } = world;
  const other = await world.aPlan('Second');
  await world.aWebhook('/digest', { digestSeconds: 60 });
  for (let count = 1; count <= 300; count += 1) await world.store('TaskFailed', failed(), `tenant-${count}`);
  await world.store('PlanHalted', { by: 'policy', reason: '300 tenants failed.' });
  await world.store(
    'TaskPaused',
    { by: 'executor', heldBy: 'approval', currentStage: 'Look' },
    'acme',
    other,
  );
  const [first, second] = [world.notifier(nobody), world.notifier(nobody)];
  await Promise.all([first.look('all'), second.look('all')]);
  // The window is not over.
  expect([await waiting(), await messages()]).toEqual([302, []]);

  await world.timePasses();
  const news = [await world.startNode(), await world.startNode()];
  for (const one of news) one.publish([planId]);
  await Promise.all([first.look('all'), second.look('all')]);
  await world.receiver.until(1);
  await Promise.all([first.look('all'), second.look('all')]);
  expect([await waiting(), await messages()]).toEqual([0, [['several', 302]]]);
  expect(bodies()).toEqual([
    expect.objectContaining({
      topic: 'several',
      count: 302,
      title: '1 plan halted, 300 tenants failed, 1 tenant waits for an approval, in 2 plans',
      text: [
        `${planId} (Amber <rollout>): was halted by policy: 300 tenants failed. No further tenant starts until somebody resumes the plan; 300 tenants failed (tenant-1, tenant-2, tenant-3, tenant-4, tenant-5 and 295 more). https://switchyard.example.com/plans/${planId}`,
        `${other} (Second): 1 tenant waits for an approval (acme). https://switchyard.example.com/plans/${other}`,
      ].join('\n'),
      url: 'https://switchyard.example.com/plans',
      topics: { planHalted: 1, taskFailed: 300, approvalNeeded: 1 },
    }),
  ]);
  expect(JSON.stringify(bodies())).not.toContain('hunter2');
});

it('is one message of the moment when the first is due, with what came since', async () => {
  await world.aWebhook('/digest', { digestSeconds: 60 });
  await world.store('TaskRolledBack', { previous: { version: 'v1' } }, 'acme');
  const node = world.notifier(nobody);
  await node.look('all');
  await world.timePasses();
  await world.store('TaskRolledBack', { previous: { version: 'v1' } }, 'borealis');
  await node.look('all');
  expect([await waiting(), await messages()]).toEqual([0, [['taskRolledBack', 2]]]);
});

it('tells one thing that happened alone as what it is', async () => {
  await world.aWebhook('/digest', { digestSeconds: 60 });
  await world.store('TaskRollbackFailed', failed(), 'acme');
  const node = world.notifier(nobody);
  await node.look('all');
  await world.timePasses();
  await node.look('all');
  await world.startNode();
  await world.receiver.until(1);
  const { planId } = world;
  expect(bodies()).toEqual([
    expect.objectContaining({
      topic: 'rollbackFailed',
      kind: 'TaskRollbackFailed',
      text: `acme could not be rolled back in stage Config at a-1: BUSINESS HTTP_500. It belongs to ${planId} (Amber <rollout>).`,
    }),
  ]);
});

it.each([0, 60])(
  'keeps quiet, lets through what may be told, and tells the rest as one at the end (%i s)',
  async (digestSeconds) => {
    const { webhook } = await world.aWebhook('/quiet', { digestSeconds, quiet: AT_NIGHT });
    const node = world.notifier(nobody);
    for (const tenant of ['acme', 'borealis', 'cobalt']) {
      await world.store('TaskFailed', failed(), tenant);
      await node.look('all');
      await world.timePasses();
      await node.look('all');
    }
    expect([await waiting(), await messages()]).toEqual([3, []]);
    for (const reason of ['Look first.', 'Look again.'])
      await world.store('PlanHalted', { by: 'op', reason });
    await node.look('all');
    await world.timePasses();
    await node.look('all');
    // As usual: each by itself, or what came within the window as one.
    const through = digestSeconds === 0 ? [1, 1] : [2];
    const halted = through.map((count) => ['planHalted', count]);
    expect([await waiting(), await messages()]).toEqual([3, halted]);

    await updateWebhook(world.db, world.secretBox, webhook.webhookId, { quiet: null });
    await node.look('all');
    expect([await waiting(), await messages()]).toEqual([0, [...halted, ['taskFailed', 3]]]);
  },
);

it('gives what goes through its whole window, whatever is held beside it', async () => {
  await world.aWebhook('/quiet', { digestSeconds: 60, quiet: AT_NIGHT });
  const node = world.notifier(nobody);
  await world.store('TaskFailed', failed(), 'acme');
  await node.look('all');
  await world.timePasses();
  await world.store('PlanHalted', { by: 'op', reason: 'Look first.' });
  await node.look('all');
  expect([await waiting(), await messages()]).toEqual([2, []]);
  await world.timePasses();
  await node.look('all');
  expect([await waiting(), await messages()]).toEqual([1, [['planHalted', 1]]]);
});

it('loses nothing when a message cannot be made: what waited waits again', async () => {
  await world.aWebhook('/digest', { digestSeconds: 60 });
  await world.store('TaskFailed', failed(), 'acme');
  const node = world.notifier(nobody);
  await node.look('all');
  await world.timePasses();
  await world.db
    .transaction(async (transaction) => {
      await transaction.execute(sql`select make_notifications('{}')`);
      // The process dies before it commits.
      throw new Error('killed');
    })
    .catch(() => {});
  expect([await waiting(), await messages()]).toEqual([1, []]);
  await node.look('all');
  expect([await waiting(), await messages()]).toEqual([0, [['taskFailed', 1]]]);
});

it('is made by one process while another is at it', async () => {
  await world.aWebhook('/digest', { digestSeconds: 60 });
  for (const tenant of ['acme', 'borealis']) await world.store('TaskFailed', failed(), tenant);
  const node = world.notifier(nobody);
  await node.look('all');
  await world.timePasses();
  await world.db.transaction(async (transaction) => {
    await transaction.execute(sql`select make_notifications('{}')`);
    await node.look('all');
    expect(await messages()).toEqual([]);
  });
  await node.look('all');
  expect(await messages()).toEqual([['taskFailed', 2]]);
});

import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { removeOldEvents } from '@/db/queries/retention';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();

it('says that events were removed instead of showing an empty list', async () => {
  await mutate(server.url, server.key, 'plans.cancel', { planId: 'PLN-1', reason: 'Not needed' });
  await server.db.execute(sql`update plan set ended_at = now() - interval '91 days' where plan_id = 'PLN-1'`);
  await server.untilTask('PLN-1.1', 'CANCELLED');
  // A plan that its driver is just writing to is left for the next time.
  const removed = async () => {
    const [row] = await server.db.execute<{ done: boolean }>(
      sql`select events_removed_at is not null as done from plan where plan_id = 'PLN-1'`,
    );
    return row?.done ?? false;
  };
  while ((await removeOldEvents(server.db, 90, 1000)) !== null || !(await removed()));
  for (const [procedure, input] of [
    ['plans.events', { planId: 'PLN-1' }],
    ['tasks.events', { taskId: 'PLN-1.1' }],
  ] as const) {
    const answer = await query(server.url, server.viewerKey, procedure, input);
    expect(answer.status).toBe(404);
    expect(answer.error?.message).toMatch(
      /^The events of PLN-1 were removed on \d{4}-\d\d-\d\d.*plans\.summary/,
    );
  }
  const summary = await query(server.url, server.viewerKey, 'plans.summary', { planId: 'PLN-1' });
  expect(summary.data).toMatchObject({ summary: { tasks: { CANCELLED: 24 } } });
  // Who follows the plan and knows all of it is told nothing new.
  const [row] = await server.db.execute<{ seq: number }>(
    sql`select plan_seq::int as seq from plan where plan_id = 'PLN-1'`,
  );
  const after = await query(server.url, server.viewerKey, 'plans.events', {
    planId: 'PLN-1',
    after: row?.seq,
  });
  expect(after.data).toEqual({ events: [], more: false });
});

import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate } from './testing/call';

const server = testApiServer();

it('what is asked of a plan that somebody locks is refused in words, and of another plan done meanwhile', async () => {
  await server.db.execute(sql`
    insert into plan (plan_id, number, name, status, max_concurrency, settings, unit_id, unit_name, version, playbook_id, playbook_version, playbook, created_by)
    select 'PLN-900', 900, name, status, max_concurrency, settings, unit_id, unit_name, version, playbook_id, playbook_version, playbook, created_by
    from plan where plan_id = 'PLN-1'`);
  const answered: string[] = [];
  const ask = async (
    procedure: string,
    input: { planId?: string; taskId?: string; [key: string]: unknown },
  ) => {
    const answer = await mutate(server.url, server.key, procedure, input);
    answered.push(input.planId ?? input.taskId ?? '');
    return answer;
  };
  await server.db.$client.begin(async (tx) => {
    await tx`select 1 from plan where plan_id = 'PLN-1' for update`;
    // More than there are connections for commands, and of each kind that writes to the plan's rows.
    const locked = Promise.all([
      ...[3, 5, 6, 7, 8, 9].map((maxConcurrency) =>
        ask('plans.setConcurrency', { planId: 'PLN-1', maxConcurrency }),
      ),
      ...[1, 2, 3].map((place) => ask('tasks.pause', { taskId: `PLN-1.${place}`, reason: 'look first' })),
      ...[1, 2].map(() => ask('tasks.bulk', { planId: 'PLN-1', action: 'pause', filter: {} })),
      ask('plans.cancel', { planId: 'PLN-1', reason: 'not needed' }),
    ]);
    const other = await ask('plans.setConcurrency', { planId: 'PLN-900', maxConcurrency: 7 });
    expect(other.status).toBe(200);
    expect(answered).toEqual(['PLN-900']);
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(200);
    for (const { status, error } of await locked) {
      expect(status).toBe(503);
      expect(error?.message).toBe(
        'Somebody holds a lock on it in the database (pg_stat_activity tells who), so nothing was changed. Try again.',
      );
    }
  });
  const after = await ask('plans.setConcurrency', { planId: 'PLN-1', maxConcurrency: 6 });
  expect(after.status).toBe(200);
});

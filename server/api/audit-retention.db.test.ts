import { describe, expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { expectRefusal } from './testing/expect-refusal';
import { limitedPeople } from './testing/limited-people';

const server = testApiServer();
const people = limitedPeople(server);
const keep = (key: string, days: unknown) => mutate(server.url, key, 'settings.keepAudit', { days });
const kept = async () => (await query(server.url, server.adminKey, 'settings.auditRetention')).data;

describe('how long the audit log is kept', () => {
  it('is for ever, until an administrator says otherwise, which is on record', async () => {
    expect(await kept()).toEqual({ days: null });
    expect(await keep(server.adminKey, 400)).toMatchObject({ status: 200, data: { days: 400 } });
    expect(await kept()).toEqual({ days: 400 });
    expect((await keep(server.adminKey, null)).status).toBe(200);
    expect(await kept()).toEqual({ days: null });
    const { data } = await query(server.url, server.adminKey, 'audit.list', {
      action: 'settings.set',
      limit: 2,
    });
    expect(data).toMatchObject({
      items: [
        { outcome: { before: { auditDays: 400 }, after: { auditDays: null } } },
        { outcome: { before: {}, after: { auditDays: 400 } } },
      ],
    });
  });

  it.each([0, 1, 29])('is not %i days: nobody removes what happened just now', async (days) => {
    expectRefusal(await keep(server.adminKey, days), 400, 'days', /must be 30 days at least/);
    const documents = [{ kind: 'Settings', name: 'settings', spec: { auditDays: days } }];
    const answer = await mutate(server.url, server.adminKey, 'config.save', { documents });
    expectRefusal(answer, 400, 'documents.0.spec.auditDays', /must be 30 days at least/);
    expect(await kept()).toEqual({ days: null });
  });

  it('is set by administrators, and is nothing to those with rights for some tenants', async () => {
    for (const key of [server.key, people.keys.operator, people.keys.viewer])
      expect((await keep(key, 400)).status).toBe(403);
    for (const name of ['settings.auditRetention', 'audit.summaries', 'audit.list'])
      expect((await query(server.url, people.keys.operator, name)).status, name).toBe(403);
    expect(await kept()).toEqual({ days: null });
  });
});

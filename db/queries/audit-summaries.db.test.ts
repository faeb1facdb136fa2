import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { rechain, tamper, writtenDaysAgo } from '@/db/testing/old-audit';
import { testDatabase } from '@/db/testing/test-database';
import type { AuditSummary } from '@/domain/audit-summary';
import { createAuditSigner } from '@/server/security/audit-signer';
import { recordAudit, verifyAudit } from './audit';
import { auditDayToRemove, listAuditSummaries, readAuditSummaries, removeAuditDay } from './audit-summaries';
import { writeSettings } from './settings';

const connection = testDatabase();
const db = () => connection.db;
const signer = createAuditSigner([Buffer.alloc(32, 7)]);
const verify = (known?: { chain: number; hash: string }) => verifyAudit(db(), signer.check, known);

beforeEach(() => tamper(db(), 'truncate audit, audit_summary, audit_signature; delete from setting'));

const keep = (auditDays: number | null) => writeSettings(db(), 'ann', { auditDays });

/** Removes the oldest day as the job does. */
async function removeOne(change = (summary: string) => summary): Promise<string | null> {
  const told = await auditDayToRemove(db());
  if (told === null) return null;
  const summary = change(told);
  return removeAuditDay(db(), { summary, ...signer.sign(summary) });
}

async function removeAll(): Promise<string[]> {
  const days: string[] = [];
  for (let day = await removeOne(); day !== null; day = await removeOne()) days.push(day);
  return days;
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const targets = async () =>
  (await db().execute<{ target: string }>(sql`select target from audit order by id`)).map(
    ({ target }) => target,
  );

/** Three old days and one young one, of which 40 days are kept. */
async function fourDays(): Promise<void> {
  await writtenDaysAgo(db(), 90, ['a1', 'a2']);
  await writtenDaysAgo(db(), 80, ['b1', 'b2', 'b3']);
  await writtenDaysAgo(db(), 70, ['c1']);
  await writtenDaysAgo(db(), 39, ['d1']);
  await keep(40);
}

describe('a day of the audit log that is older than the settings say', () => {
  it('is replaced by a signed summary, and the chain goes on from it', async () => {
    await fourDays();
    const before = await verify();
    expect(await removeAll()).toEqual([daysAgo(90), daysAgo(80), daysAgo(70)]);
    expect(await targets()).toEqual(['d1', 'settings']);
    await recordAudit(db(), { actor: 'ada', action: 'x', target: 'after' });

    const { items, total } = await listAuditSummaries(db(), { limit: 2 });
    expect({ total, days: items.map(({ day }) => day) }).toEqual({
      total: 3,
      days: [daysAgo(70), daysAgo(80)],
    });
    expect(items[1]?.told).toEqual({
      day: daysAgo(80),
      entries: 3,
      unchained: 0,
      firstId: expect.any(Number),
      lastId: expect.any(Number),
      before: { chain: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      last: { chain: 5, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      actions: { 'plan.start': 3 },
      keptDays: 40,
    } satisfies AuditSummary);
    const report = await verify(before.last ?? undefined);
    expect(report).toMatchObject({ entries: 3, wrong: [], known: 'there' });
    expect(report.summaries).toMatchObject({
      days: 3,
      entries: 6,
      wrong: [],
      through: { day: daysAgo(70), chain: 6 },
    });
  });

  it('stays while nothing is set, or when that is taken back', async () => {
    await fourDays();
    await keep(null);
    expect(await removeAll()).toEqual([]);
    expect(await targets()).toHaveLength(9);
  });

  it('is at least 30 days old, whatever somebody wrote into the settings', async () => {
    await writtenDaysAgo(db(), 33, ['old']);
    await writtenDaysAgo(db(), 29, ['young']);
    await recordAudit(db(), { actor: 'ada', action: 'x', target: 'now' });
    await db().execute(sql`insert into setting (key, value, set_by) values ('auditDays', '1', 'eve')`);
    expect(await removeAll()).toEqual([daysAgo(33)]);
    expect(await targets()).toEqual(['young', 'now']);
  });

  it('stays when it is the newest there is: the chain goes on from it', async () => {
    await writtenDaysAgo(db(), 90, ['a']);
    await writtenDaysAgo(db(), 80, ['b']);
    await db().execute(sql`insert into setting (key, value, set_by) values ('auditDays', '40', 'ann')`);
    expect(await removeAll()).toEqual([daysAgo(90)]);
    expect(await targets()).toEqual(['b']);
  });

  it('has no entry of a later day, and one that was written late goes with the next', async () => {
    await writtenDaysAgo(db(), 90, ['a1']);
    await writtenDaysAgo(db(), 80, ['b1']);
    await writtenDaysAgo(db(), 90, ['a2, late']);
    await keep(40);
    expect(await removeOne()).toBe(daysAgo(90));
    expect(await targets()).toEqual(['b1', 'a2, late', 'settings']);
    expect(await removeOne()).toBe(daysAgo(80));
    expect(await targets()).toEqual(['settings']);
    expect(await verify()).toMatchObject({ wrong: [], summaries: { wrong: [] } });
  });

  it('takes entries from before there was a chain along', async () => {
    await writtenDaysAgo(db(), 91, ['unchained']);
    await tamper(db(), 'update audit set chain = null, hash = null');
    await tamper(db(), `update audit set at = at + interval '1 day'`);
    await writtenDaysAgo(db(), 90, ['chained']);
    await keep(40);
    expect(await removeAll()).toEqual([daysAgo(90)]);
    const [kept] = (await listAuditSummaries(db(), { limit: 1 })).items;
    expect(kept?.told).toMatchObject({ entries: 2, unchained: 1, before: { chain: 0 }, last: { chain: 1 } });
    expect(await verify()).toMatchObject({ unchained: 0, wrong: [], summaries: { wrong: [] } });
  });

  it('is removed once, however many try at the same moment', async () => {
    await fourDays();
    const summary = (await auditDayToRemove(db())) ?? '';
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => removeAuditDay(db(), { summary, ...signer.sign(summary) })),
    );
    expect(tries.filter((day) => day !== null)).toEqual([daysAgo(90)]);
    expect(await removeAll()).toEqual([daysAgo(80), daysAgo(70)]);
    expect(await verify()).toMatchObject({ wrong: [], summaries: { days: 3, wrong: [] } });
  });
});

describe('nothing is removed', () => {
  const edited = (change: (told: AuditSummary) => Partial<AuditSummary>) => (summary: string) => {
    const told: AuditSummary = JSON.parse(summary);
    return JSON.stringify({ ...told, ...change(told) });
  };

  it.each([
    ['fewer entries than there are', edited(({ entries }) => ({ entries: entries - 1 }))],
    ['other actions', edited(() => ({ actions: { 'plan.list': 2 } }))],
    ['another hash to go on from', edited(({ last }) => ({ last: { ...last, hash: 'f'.repeat(64) } }))],
    ['more than the day', edited(({ last }) => ({ last: { ...last, chain: last.chain + 3 } }))],
    ['another time of keeping', edited(() => ({ keptDays: 4000 }))],
  ])('for a summary that says %s', async (_what, change) => {
    await fourDays();
    await expect(removeOne(change)).rejects.toMatchObject({ cause: { code: '23514' } });
    expect(await targets()).toHaveLength(8);
    expect(await readAuditSummaries(db())).toEqual([]);
  });

  it('for a day that is too young, or not the oldest', async () => {
    await fourDays();
    const first = (await auditDayToRemove(db())) ?? '';
    await removeOne();
    const second = (await auditDayToRemove(db())) ?? '';
    for (const summary of [
      first,
      second.replace(daysAgo(80), daysAgo(39)),
      second.replace(daysAgo(80), daysAgo(70)),
    ])
      expect(await removeAuditDay(db(), { summary, ...signer.sign(summary) })).toBeNull();
    expect(await targets()).toHaveLength(6);
  });

  it('without a signature', async () => {
    await fourDays();
    const summary = (await auditDayToRemove(db())) ?? '';
    for (const signature of ['', 'AAAA'])
      await expect(removeAuditDay(db(), { summary, keyId: 'ab12cd34', signature })).rejects.toThrow();
    expect(await targets()).toHaveLength(8);
  });

  it.each([
    ['an entry of the day was changed', `update audit set actor = 'eve' where target = 'a1'`],
    ['an entry of the day is missing', `delete from audit where target = 'a1'`],
    ['the end of the day was cut off', `delete from audit where target = 'a2'`],
    [
      'the last entry of the day was changed with its own hash',
      `update audit set actor = 'eve' where target = 'a2'; update audit a set hash = audit_hash((select hash from audit where chain = 1), a) where target = 'a2'`,
    ],
  ])('when %s: what was done to it is there to be found', async (_what, change) => {
    await fourDays();
    await tamper(db(), change);
    const left = await targets();
    await expect(removeAll()).rejects.toMatchObject({ cause: { code: '23000' } });
    expect(await targets()).toEqual(left);
  });

  it('by a plain delete: an entry goes where a summary stands for it, and nowhere else', async () => {
    await fourDays();
    await removeOne();
    for (const change of [
      'delete from audit',
      `delete from audit where target = 'b1'`,
      `delete from audit where chain = (select max(chain) from audit)`,
      'delete from audit_signature',
      'delete from audit_summary',
      `update audit_summary set summary = '{}'`,
      `update audit_signature set signature = ''`,
      'truncate audit_signature',
    ])
      await expect(db().execute(sql.raw(change)), change).rejects.toMatchObject({ cause: { code: '23514' } });
    expect(await targets()).toHaveLength(6);
  });
});

describe('the check of the log finds', () => {
  const other = createAuditSigner([Buffer.alloc(32, 8)]);
  const changedText = `replace(summary, '"plan.start": 3', '"plan.start": 2')`;

  it.each<[string, string, { day: number; what: string; missing?: number }[]]>([
    [
      'a summary that was changed',
      `update audit_summary set summary = ${changedText}`,
      [{ day: 80, what: 'changed' }],
    ],
    [
      'a signature that is another one',
      `update audit_signature set signature = '${other.sign('x').signature}' where day = '${daysAgo(90)}'`,
      [{ day: 90, what: 'changed' }],
    ],
    [
      'a signature that is missing',
      `delete from audit_signature where day = '${daysAgo(90)}'`,
      [{ day: 90, what: 'changed' }],
    ],
    [
      'a summary that is none',
      `update audit_summary set summary = 'x' where day = '${daysAgo(70)}'`,
      [{ day: 70, what: 'changed' }],
    ],
    [
      'a summary of one day in place of another',
      `delete from audit_signature where day = '${daysAgo(70)}'; update audit_summary set summary = (select summary from audit_summary where day = '${daysAgo(80)}') where day = '${daysAgo(70)}';
       insert into audit_signature select '${daysAgo(70)}', key_id, signature from audit_signature where day = '${daysAgo(80)}'`,
      [
        { day: 70, what: 'changed' },
        { day: 70, what: 'missing', missing: -3 },
      ],
    ],
    [
      'a key that nobody knows',
      `update audit_signature set key_id = 'ab12cd34' where day = '${daysAgo(90)}'`,
      [{ day: 90, what: 'unknownKey' }],
    ],
    [
      'a day without its summary, in the midst',
      `delete from audit_signature where day = '${daysAgo(80)}'; delete from audit_summary where day = '${daysAgo(80)}'`,
      [{ day: 70, what: 'missing', missing: 3 }],
    ],
    [
      'the first day without its summary',
      `delete from audit_signature where day = '${daysAgo(90)}'; delete from audit_summary where day = '${daysAgo(90)}'`,
      [{ day: 80, what: 'missing', missing: 2 }],
    ],
  ])('%s', async (_what, change, wrong) => {
    await fourDays();
    await removeAll();
    await tamper(db(), change);
    const { summaries } = await verify();
    expect(summaries.wrong).toEqual(wrong.map((one) => ({ missing: 0, ...one, day: daysAgo(one.day) })));
  });

  it('the last day without its summary, before the first entry there is', async () => {
    await fourDays();
    await removeAll();
    await tamper(
      db(),
      `delete from audit_signature where day = '${daysAgo(70)}'; delete from audit_summary where day = '${daysAgo(70)}'`,
    );
    expect((await verify()).wrong).toMatchObject([{ chain: 7, what: 'missing', missing: 1 }]);
  });

  it('all of it gone but what is young', async () => {
    await fourDays();
    await removeAll();
    await tamper(db(), 'truncate audit_summary, audit_signature');
    expect((await verify()).wrong).toMatchObject([{ chain: 7, what: 'missing', missing: 6 }]);
  });

  it('entries that somebody removed, made the chain anew from the summary and left the rest', async () => {
    await fourDays();
    await removeOne();
    await tamper(db(), `delete from audit where target in ('b1', 'b2', 'b3')`);
    await rechain(db());
    expect((await verify()).wrong).toMatchObject([{ chain: 6, what: 'missing', missing: 3 }]);
  });

  it('an entry after the summaries that does not go on from them', async () => {
    await fourDays();
    await removeAll();
    await tamper(db(), `update audit a set actor = 'eve', hash = audit_hash('', a) where target = 'd1'`);
    expect((await verify()).wrong).toMatchObject([
      { chain: 7, what: 'changed' },
      { chain: 8, what: 'changed' },
    ]);
  });

  it('an entry that was put back into a day that is summarised', async () => {
    await fourDays();
    await removeAll();
    await tamper(
      db(),
      `insert into audit (actor, action, target, outcome, chain, hash) values ('eve', 'plan.start', 'b2', '{}', 4, 'x')`,
    );
    expect((await verify()).wrong).toMatchObject([{ chain: 4, what: 'removed' }]);
  });

  it('what was kept elsewhere: of a removed day its last entry alone can be told', async () => {
    await fourDays();
    const places = await db().execute<{ chain: number; hash: string }>(
      sql`select chain, hash from audit order by chain`,
    );
    await removeAll();
    const known = await Promise.all(places.map(async (place) => (await verify(place)).known));
    expect(known).toEqual([
      'summarised',
      'there',
      'summarised',
      'summarised',
      'there',
      'there',
      'there',
      'there',
    ]);
    const hash = 'f'.repeat(64);
    expect((await verify({ chain: 2, hash })).known).toBe('gone');
    expect((await verify({ chain: 9, hash })).known).toBe('gone');
  });
});

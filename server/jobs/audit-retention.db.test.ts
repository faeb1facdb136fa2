import { sql } from 'drizzle-orm';
import pino from 'pino';
import { beforeEach, expect, it } from 'vitest';
import { verifyAudit } from '@/db/queries/audit';
import { readAuditSummaries } from '@/db/queries/audit-summaries';
import { writeSettings } from '@/db/queries/settings';
import { tamper, writtenDaysAgo } from '@/db/testing/old-audit';
import { testDatabase } from '@/db/testing/test-database';
import { createAuditSigner } from '@/server/security/audit-signer';
import { rotateSignatures } from '@/server/security/rotate-signatures';
import { removeAuditDays } from './audit-retention';

const connection = testDatabase();
const db = () => connection.db;
const [present, next] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const signer = createAuditSigner([present]);
const notAborted = new AbortController().signal;

beforeEach(async () => {
  await tamper(db(), 'truncate audit, audit_summary, audit_signature; delete from setting');
  for (const days of [90, 80, 70, 10]) await writtenDaysAgo(db(), days, [`${days} days ago`]);
});

/** One night, and what it said that people must know. */
async function night(signal = notAborted): Promise<{ days: number; said: string[] }> {
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(JSON.parse(line).msg) });
  return { days: await removeAuditDays({ db: db(), log, auditSigner: signer }, signal), said };
}

const left = async () => (await db().execute(sql`select 1 from audit`)).length;

it('removes what is older than the settings say, night after night, and signs for it', async () => {
  expect(await night()).toEqual({ days: 0, said: [] });
  await writeSettings(db(), 'ann', { auditDays: 75 });
  expect(await night()).toEqual({ days: 2, said: [] });
  await writeSettings(db(), 'ann', { auditDays: 30 });
  expect(await night()).toEqual({ days: 1, said: [] });
  expect(await night()).toEqual({ days: 0, said: [] });
  expect(await left()).toBe(3);
  const report = await verifyAudit(db(), signer.check);
  expect(report).toMatchObject({ entries: 3, wrong: [], summaries: { days: 3, entries: 3, wrong: [] } });
});

it('stops between two days when it is told to', async () => {
  await writeSettings(db(), 'ann', { auditDays: 30 });
  expect(await night(AbortSignal.abort())).toEqual({ days: 0, said: [] });
});

it.each([
  ['an entry was changed', `update audit set actor = 'eve' where target = '70 days ago'`, 1],
  [
    'an entry of the oldest day was changed',
    `update audit set actor = 'eve' where target = '90 days ago'`,
    0,
  ],
])('leaves the log as it is where %s, and says so', async (_what, change, days) => {
  await tamper(db(), change);
  await writeSettings(db(), 'ann', { auditDays: 30 });
  expect(await night()).toEqual({ days, said: [expect.stringContaining('Run switchyard audit verify')] });
  expect(await left()).toBe(5 - days);
});

it('signs no further day after a summary that was changed', async () => {
  await writeSettings(db(), 'ann', { auditDays: 85 });
  expect((await night()).days).toBe(1);
  await tamper(db(), `update audit_summary set summary = replace(summary, '"entries": 1', '"entries": 2')`);
  await writeSettings(db(), 'ann', { auditDays: 30 });
  expect(await night()).toEqual({
    days: 0,
    said: [expect.stringContaining('nothing more of it was removed')],
  });
});

it('keeps what was signed when the key is changed: the next one signs as well, before the first is dropped', async () => {
  await writeSettings(db(), 'ann', { auditDays: 75 });
  await night();
  const later = createAuditSigner([next]);
  expect((await verifyAudit(db(), later.check)).summaries.wrong.map(({ what }) => what)).toEqual([
    'unknownKey',
    'unknownKey',
  ]);
  const rotating = createAuditSigner([next, present]);
  expect(await rotateSignatures(db(), rotating)).toEqual({ signed: 2, unreadable: [] });
  expect(await rotateSignatures(db(), rotating)).toEqual({ signed: 0, unreadable: [] });
  expect((await verifyAudit(db(), later.check)).summaries.wrong).toEqual([]);
  expect((await readAuditSummaries(db())).map(({ signatures }) => signatures.length)).toEqual([2, 2]);
});

it('a change of keys signs nothing that was not signed well before', async () => {
  await writeSettings(db(), 'ann', { auditDays: 75 });
  await night();
  await tamper(
    db(),
    `update audit_summary set summary = replace(summary, '"entries": 1', '"entries": 2') where day = (select min(day) from audit_summary)`,
  );
  const { signed, unreadable } = await rotateSignatures(db(), createAuditSigner([next, present]));
  expect({ signed, unreadable }).toEqual({
    signed: 1,
    unreadable: [expect.stringContaining('in the audit log')],
  });
});

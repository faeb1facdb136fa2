import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { tamper } from '@/db/testing/old-audit';
import { testDatabase } from '@/db/testing/test-database';
import { createAuditSigner } from '@/server/security/audit-signer';
import { claimName } from './actor-names';
import { listAudit, recordAudit, verifyAudit } from './audit';

const connection = testDatabase();
const db = () => connection.db;

const signer = createAuditSigner([Buffer.alloc(32, 7)]);

const record = (target: string) =>
  recordAudit(db(), {
    actor: 'ada',
    action: 'plan.start',
    target,
    reason: 'é "quoted" \u{1f600}',
    outcome: { n: 1.5, big: 12345678901234 },
  });

beforeEach(() => tamper(db(), 'truncate audit'));

it('an entry is chained to the one before, however many write at once', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, at) => record(`PLN-${at}`)));
  await db().execute(
    sql`insert into audit (actor, action, target, outcome) select 'bulk', 'x', n::text, '{}' from generate_series(1, 5) n`,
  );
  const report = await verifyAudit(db(), signer.check);
  expect(report).toMatchObject({ entries: 45, unchained: 0, wrong: [], last: { chain: 45 } });
  const [newest] = (await listAudit(db(), { limit: 1 })).items;
  expect(report.last?.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(newest?.hash).toMatch(/^[0-9a-f]{64}$/);
});

it.each([
  [
    'an actor that was changed',
    `update audit set actor = 'eve' where chain = 5`,
    [{ chain: 5, what: 'changed' }],
  ],
  [
    'a time that was changed',
    `update audit set at = at + interval '1 microsecond' where chain = 5`,
    [{ chain: 5, what: 'changed' }],
  ],
  [
    'an outcome that was changed',
    `update audit set outcome = '{"n":2}' where chain = 1`,
    [{ chain: 1, what: 'changed' }],
  ],
  [
    'a reason that was taken out',
    `update audit set reason = null where chain = 9`,
    [{ chain: 9, what: 'changed' }],
  ],
  [
    'entries that are missing',
    `delete from audit where chain in (4, 5)`,
    [{ chain: 6, what: 'missing', missing: 2 }],
  ],
  [
    'the first entry missing',
    `delete from audit where chain = 1`,
    [{ chain: 2, what: 'missing', missing: 1 }],
  ],
  [
    'two that changed places',
    `update audit set chain = case chain when 3 then 1003 when 4 then 1004 else chain end; update audit set chain = case chain when 1003 then 4 when 1004 then 3 else chain end`,
    [{ chain: 3 }, { chain: 4 }, { chain: 5 }],
  ],
  [
    'one that was made to fit its own hash',
    `update audit set actor = 'eve' where chain = 5; update audit a set hash = audit_hash((select hash from audit where chain = 4), a) where chain = 5`,
    [{ chain: 6, what: 'changed' }],
  ],
])('the chain shows %s', async (_what, change, wrong) => {
  for (let at = 0; at < 10; at += 1) await record(`PLN-${at}`);
  await tamper(db(), change);
  expect((await verifyAudit(db(), signer.check)).wrong).toMatchObject(wrong);
  expect((await verifyAudit(db(), signer.check)).wrong).toHaveLength(wrong.length);
});

it('nobody changes or removes an entry, nor whom a name stands for', async () => {
  await record('PLN-1');
  await claimName(db(), { looks: 'ada', name: 'Ada', kind: 'user', principal: 'ada@example.com' });
  for (const change of [
    `update audit set actor = 'eve'`,
    'delete from audit',
    'truncate audit',
    'delete from actor_name',
  ])
    await expect(db().execute(sql.raw(change)), change).rejects.toThrow();
  expect((await verifyAudit(db(), signer.check)).wrong).toEqual([]);
});

it('an entry tells whom the name of its actor stands for', async () => {
  const claim = { looks: 'ada', kind: 'user', principal: 'ada@example.com' } as const;
  expect(await claimName(db(), { ...claim, name: 'Ada' })).toBe(true);
  expect(await claimName(db(), { ...claim, name: 'ada' })).toBe(true);
  expect(await claimName(db(), { ...claim, name: 'ADA', principal: 'eve@example.com' })).toBe(false);
  expect(await claimName(db(), { ...claim, name: 'Ada', kind: 'apiKey' })).toBe(false);
  await record('PLN-1');
  await recordAudit(db(), { actor: 'executor', action: 'x', target: 'y' });
  expect((await listAudit(db(), { limit: 2 })).items).toMatchObject([
    { actor: 'executor', actorKind: null, actorId: null },
    { actor: 'ada', actorKind: 'user', actorId: 'ada@example.com' },
  ]);
});

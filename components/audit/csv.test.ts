import { expect, it } from 'vitest';
import { csvOf } from './csv';

const entry = {
  id: 7,
  at: new Date('2026-11-24T04:00:00Z'),
  actor: 'Li Wei',
  action: 'task.pause',
  target: 'PLN-1.2',
  reason: null,
  outcome: {},
  actorKind: 'user',
  actorId: 'li@example.com',
  chain: 3,
  hash: 'abc',
};

it('writes one line for each entry under a header', () => {
  expect(csvOf([entry], [])).toBe(
    'id,at,actor,action,target,reason,outcome,actor_kind,actor_id,chain,hash\r\n7,2026-11-24T04:00:00.000Z,Li Wei,task.pause,PLN-1.2,,{},user,li@example.com,3,abc\r\n',
  );
});

it('carries what is kept of removed days, in whose place of the chain it stands', () => {
  const summary = {
    day: '2026-09-01',
    summary: '{"day": "2026-09-01"}',
    signatures: [{ keyId: 'ab12cd34', signature: 'c2ln' }],
    told: { lastId: 4, last: { chain: 2, hash: 'def' } },
  };
  const [, first, second] = csvOf([entry], [summary]).split('\r\n');
  expect(first).toContain('task.pause');
  expect(second).toBe(
    '4,2026-09-01T23:59:59.999Z,retention,audit.summary,2026-09-01,,"{""summary"":""{\\""day\\"": \\""2026-09-01\\""}"",""signatures"":[{""keyId"":""ab12cd34"",""signature"":""c2ln""}]}",,,2,def',
  );
});

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
  expect(csvOf([entry])).toBe(
    'id,at,actor,action,target,reason,outcome,actor_kind,actor_id,chain,hash\r\n7,2026-11-24T04:00:00.000Z,Li Wei,task.pause,PLN-1.2,,{},user,li@example.com,3,abc\r\n',
  );
});

import { expect, it } from 'vitest';
import { csvOf } from './csv';

it('writes one line for each entry under a header', () => {
  const entry = {
    id: 7,
    at: new Date('2026-11-24T04:00:00Z'),
    actor: 'Li Wei',
    action: 'task.pause',
    target: 'PLN-1.2',
    reason: null,
    outcome: {},
  };
  expect(csvOf([entry])).toBe(
    'id,at,actor,action,target,reason,outcome\r\n7,2026-11-24T04:00:00.000Z,Li Wei,task.pause,PLN-1.2,,{}\r\n',
  );
});

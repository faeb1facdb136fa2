import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { MOST_OPEN, OpenConnections } from './open-connections';

const connection = () => ({ conn: new EventEmitter() as never });

it('one owner has so many connections open at once, and another as many', () => {
  const open = new OpenConnections();
  const first = connection();
  open.add('principal', 'user ada', first);
  for (let at = 1; at < MOST_OPEN.principal; at += 1) open.add('principal', 'user ada', connection());
  expect(() => open.add('principal', 'user ada', connection())).toThrow('At most 500 connections');
  open.add('principal', 'user ben', connection());
  open.add('link', 'user ada', connection());
  (first.conn as EventEmitter).emit('close');
  open.add('principal', 'user ada', connection());
  expect(() => open.add('principal', 'user ada', connection())).toThrow('Close one first');
});

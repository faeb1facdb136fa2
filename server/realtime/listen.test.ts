import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { LiveEvent } from '@/domain/view/plan-view';
import { listen } from './listen';
import { pack } from './pack';

const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    planId: 'PLN-1',
    planSeq: from + index,
    message: 'Läuft – 運行',
  })) as unknown as LiveEvent[];

/** What was heard of a socket, up to the message that says so. */
async function heardOf(socket: EventEmitter, told: () => void): Promise<(number[] | string)[]> {
  const heard: (number[] | string)[] = [];
  await new Promise<void>((resolve) => {
    listen(socket, {
      events: (_planId, batch) => heard.push(batch.map(({ planSeq }) => planSeq)),
      snapshot: (planId) => (planId === 'end' ? resolve() : heard.push(planId)),
    });
    told();
    socket.emit('snapshot', { planId: 'end' });
  });
  return heard;
}

it('packs many events, and few not', async () => {
  const many = await pack('PLN-1', events(1, 500));
  expect(many).toEqual({ planId: 'PLN-1', packed: expect.any(String) });
  expect(JSON.stringify(many).length).toBeLessThan(JSON.stringify(events(1, 500)).length / 5);
  expect(await pack('PLN-1', events(1, 2))).toEqual({ planId: 'PLN-1', events: events(1, 2) });
});

it('tells in the order in which messages came, packed or not', async () => {
  const [large, small] = [await pack('PLN-1', events(1, 300)), await pack('PLN-1', events(301, 301))];
  const socket = new EventEmitter();
  const heard = await heardOf(socket, () => {
    socket.emit('events', large);
    socket.emit('events', small);
    socket.emit('snapshot', { planId: 'PLN-1' });
    socket.emit('events', large);
  });
  const all = events(1, 300).map(({ planSeq }) => planSeq);
  expect(heard).toEqual([all, [301], 'PLN-1', all]);
});

it('gives back the events as they were', async () => {
  const socket = new EventEmitter();
  const came = new Promise((resolve) =>
    listen(socket, { events: (_planId, batch) => resolve(batch), snapshot: () => {} }),
  );
  socket.emit('events', await pack('PLN-1', events(1, 300)));
  expect(await came).toEqual(events(1, 300));
});

it('takes what it cannot read for missed, and goes on', async () => {
  const socket = new EventEmitter();
  const heard = await heardOf(socket, () => {
    socket.emit('events', { planId: 'PLN-1', packed: 'bm90IGRlZmxhdGVk' });
    socket.emit('events', { planId: 'PLN-1', events: events(1, 1) });
  });
  expect(heard).toEqual(['PLN-1', [1]]);
});

it('says nothing any more once it was stopped, not even what was being unpacked', async () => {
  const socket = new EventEmitter();
  const heard: number[] = [];
  const stop = listen(socket, { events: (_planId, batch) => heard.push(batch.length), snapshot: () => {} });
  socket.emit('events', await pack('PLN-1', events(1, 300)));
  stop();
  await heardOf(socket, () => socket.emit('events', { planId: 'PLN-1', events: events(1, 1) }));
  expect(heard).toEqual([]);
});

import type { LiveEvent } from '@/domain/view/plan-view';
import type { EventBatch, LiveServerMessages } from './protocol';

/** As much of a socket as listening needs; the browser's and Node's are the same here. */
interface Source {
  on(message: 'events', listener: LiveServerMessages['events']): unknown;
  on(message: 'snapshot', listener: LiveServerMessages['snapshot']): unknown;
  off(message: 'events', listener: LiveServerMessages['events']): unknown;
  off(message: 'snapshot', listener: LiveServerMessages['snapshot']): unknown;
}

export interface Heard {
  events(planId: string, events: readonly LiveEvent[]): void;
  /** Too much was missed to come one by one. */
  snapshot(planId: string): void;
}

/**
 * Hears what a socket brings of plans, in the order in which it came: unpacking takes a moment, and what comes meanwhile
 * waits for it. Answers how to stop.
 */
export function listen(socket: Source, heard: Heard): () => void {
  let over = false;
  let last = Promise.resolve();
  const inTurn = (turn: () => Promise<void>) => {
    last = last.then(turn, turn);
  };
  const onEvents = (batch: EventBatch) =>
    inTurn(async () => {
      // What cannot be read was missed.
      const events = await eventsOf(batch).catch(() => null);
      if (over) return;
      if (events) heard.events(batch.planId, events);
      else heard.snapshot(batch.planId);
    });
  const onSnapshot = ({ planId }: { planId: string }) =>
    inTurn(async () => {
      if (!over) heard.snapshot(planId);
    });
  socket.on('events', onEvents);
  socket.on('snapshot', onSnapshot);
  return () => {
    over = true;
    socket.off('events', onEvents);
    socket.off('snapshot', onSnapshot);
  };
}

async function eventsOf(batch: EventBatch): Promise<readonly LiveEvent[]> {
  if ('events' in batch) return batch.events;
  // A blob or a response around the stream costs more than unpacking does.
  const unpacking = new DecompressionStream('deflate-raw');
  const writer = unpacking.writable.getWriter();
  // What is wrong with it, the reader is told.
  writer
    .write(bytesOf(batch.packed))
    .then(() => writer.close())
    .catch(() => {});
  const reader = unpacking.readable.getReader();
  const text = new TextDecoder();
  let json = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return JSON.parse(json + text.decode());
    json += text.decode(value, { stream: true });
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const chars = atob(base64);
  const bytes = new Uint8Array(chars.length);
  for (let index = 0; index < chars.length; index += 1) bytes[index] = chars.charCodeAt(index);
  return bytes;
}

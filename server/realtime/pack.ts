import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { LiveEvent } from '@/domain/view/plan-view';
import type { EventBatch } from './protocol';

/** Less than this takes longer to pack and unpack than to send. */
const PACKED_FROM_CHARS = 4096;
/** Events are so alike that more effort makes them little smaller. */
const LEVEL = 1;

const deflate = promisify(deflateRaw);

/** A message for however many will receive it: compressed once, and beside the event loop. */
export async function pack(planId: string, events: readonly LiveEvent[]): Promise<EventBatch> {
  const json = JSON.stringify(events);
  if (json.length < PACKED_FROM_CHARS) return { planId, events };
  return { planId, packed: (await deflate(json, { level: LEVEL })).toString('base64') };
}

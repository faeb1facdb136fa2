import type { EventKind, EventPayloads } from '@/domain/events';
import type { LiveEvent } from '@/domain/view/plan-view';
import { AT } from './plan-snapshot';

/** An event of the task PLN-1.1, as browsers are sent it. */
export function liveEvent<K extends EventKind>(
  planSeq: number,
  kind: K,
  status: LiveEvent['status'],
  payload: EventPayloads[K],
  over: Partial<Pick<LiveEvent, 'taskId' | 'actor' | 'change'>> = {},
): LiveEvent {
  return {
    eventId: String(planSeq),
    planId: 'PLN-1',
    planSeq,
    taskId: 'PLN-1.1',
    tenantId: 'acme',
    sequenceId: planSeq,
    kind,
    status,
    actor: 'executor',
    at: new Date(Date.parse(AT) + planSeq * 1000).toISOString(),
    message: '',
    payload,
    ...over,
  } as LiveEvent;
}

import type { LiveEvent, PublicStatus } from '@/domain/view/plan-view';

/**
 * Events as one message. Many travel `packed`: as JSON, deflated, in base64. Text and not a binary attachment, because
 * socket.io frames a text once for the whole room, and a binary message is two for every socket.
 */
export type EventBatch = { planId: string } & ({ events: readonly LiveEvent[] } | { packed: string });

/** Namespace `/live`. */
export interface LiveServerMessages {
  /** In order; what was seen before (by planSeq) is to be dropped. `listen` unpacks them. */
  events: (batch: EventBatch) => void;
  /** Too much was missed to send it one by one: fetch a snapshot. */
  snapshot: (hint: { planId: string }) => void;
  /** Some plans changed: lists are to be fetched again. */
  plans: (hint: { planIds: string[] }) => void;
}

export interface LiveClientMessages {
  /** Subscribes, then sends what came after `planSeq`; answers with an error in words, or null, while that may still be unpacked. */
  join: (request: { planId: string; planSeq: number }, answer: (error: string | null) => void) => void;
  leave: (request: { planId: string }) => void;
  /** The client saw a hole after `planSeq`: send again what follows. */
  gap: (request: { planId: string; planSeq: number }) => void;
  watchPlans: () => void;
}

/** Namespace `/status`. */
export interface StatusServerMessages {
  snapshot: (status: PublicStatus) => void;
}

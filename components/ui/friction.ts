/** How much stands between a click and its effect. */
export type Friction = 'none' | 'dialog' | 'reason' | 'typed';

const TYPED_ABOVE = 50;

/** The same friction everywhere would make people blind to it, so it grows with what can be lost. */
export function frictionOf(action: { reversible: boolean; count: number }): Friction {
  if (action.reversible) return action.count > 1 ? 'dialog' : 'none';
  return action.count > TYPED_ABOVE ? 'typed' : 'reason';
}

const REASON_MIN = 3;
export const REASON_MAX = 280;

/** Whether a reason says something. */
export function isReason(text: string): boolean {
  const length = text.trim().length;
  return length >= REASON_MIN && length <= REASON_MAX;
}

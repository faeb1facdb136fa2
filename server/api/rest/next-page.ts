import type { Address } from './address';

/** Where an answer goes on: the page of a list that follows, or the events after those that it has. Null when it does not. */
export function nextPage({ path, query }: Address, answer: Record<string, unknown>): string | null {
  const asked = new URLSearchParams(query);
  if (Array.isArray(answer.items)) {
    if (typeof answer.next !== 'string') return null;
    asked.set('cursor', answer.next);
  } else if (Array.isArray(answer.events) && typeof answer.more === 'boolean') {
    const last = answer.events.at(-1) as { planSeq: number } | undefined;
    // There may always be another one.
    if (last) asked.set('after', String(last.planSeq));
  } else return null;
  return `${path}?${asked}`;
}

import type { PlaybookDefinition } from '@/server/domain/playbook';

/** Without retries of its own, a call is sent once more after a lost answer. */
const AFTER_A_LOST_ANSWER = 2;

/** How often a playbook sends one call at most, wherever in its steps that is said. */
export function mostTriesOf({ stages }: PlaybookDefinition): number {
  let most = AFTER_A_LOST_ANSWER;
  const look = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const { retries } = value as { retries?: { count?: unknown } };
    if (typeof retries?.count === 'number') most = Math.max(most, retries.count + 1);
    for (const one of Object.values(value)) look(one);
  };
  look(stages);
  return most;
}

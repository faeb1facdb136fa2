import type { PlaybookDefinition } from '@/domain/playbook';

/** Without retries of its own, a call that may be said twice is tried twice more. */
const BY_ITSELF = 3;

/** How often a playbook sends one call at most, wherever in its steps that is said. */
export function mostTriesOf({ stages }: PlaybookDefinition): number {
  let most = BY_ITSELF;
  const look = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const { retries } = value as { retries?: { count?: unknown } };
    if (typeof retries?.count === 'number') most = Math.max(most, retries.count + 1);
    for (const one of Object.values(value)) look(one);
  };
  look(stages);
  return most;
}

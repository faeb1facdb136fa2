import type { HealthCheckPolicy } from './choice';

/** How many rounds in a row must be good. */
export const roundsInARow = (policy: HealthCheckPolicy): number =>
  policy.kind === 'consecutiveRounds' ? policy.rounds : 1;

import type { CompletionPolicy } from './choice';

/**
 * Whether a settled plan counts as completed. `counted` leaves out VALIDATION_FAILED and CANCELLED tasks, so a plan of
 * which nothing is left never completes.
 */
export function completes(policy: CompletionPolicy, completed: number, counted: number): boolean {
  if (completed === 0) return false;
  const wanted = policy.kind === 'all' ? 100 : policy.percent;
  return completed * 100 >= wanted * counted;
}

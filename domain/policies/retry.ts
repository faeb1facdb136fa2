import type { RetryPolicy } from './choice';

/**
 * Seconds until the policy retries a task that was retried `retryCount` times already; null when it does not.
 * The exponential wait doubles from `baseSeconds` up to `maxSeconds`.
 */
export function retryDelaySeconds(policy: RetryPolicy, retryCount: number): number | null {
  if (policy.kind === 'none' || retryCount >= policy.attempts) return null;
  if (policy.kind === 'fixed') return policy.delaySeconds;
  return Math.min(policy.baseSeconds * 2 ** retryCount, policy.maxSeconds);
}

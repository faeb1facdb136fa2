import type { ServerResponse } from 'node:http';
import type { BudgetLeft } from '@/server/security/budgets';

/** Says how the caller's budget stands (draft-ietf-httpapi-ratelimit-headers). */
export function setLimitHeaders(response: ServerResponse, budget: BudgetLeft): void {
  const { of, points, windowSeconds, left, seconds } = budget;
  response.setHeader('ratelimit-policy', `"${of}";q=${points};w=${windowSeconds}`);
  response.setHeader('ratelimit', `"${of}";r=${left};t=${seconds}`);
}

import { BudgetSpent } from '@/server/security/budgets';

/** What one connection may ask for in ten seconds; it belongs to this process alone, and so does the count. */
const MAX_MESSAGES = 100;
const MESSAGES_MS = 10_000;

/**
 * Counts a message with what is kept of its connection; throws {@link BudgetSpent}. It waits for nothing, so that what one
 * connection asks for is done in its order: a leave must not overtake its join.
 */
export function spendMessage(kept: { since?: number; asked?: number }): void {
  const now = performance.now();
  if (kept.since === undefined || now - kept.since >= MESSAGES_MS) {
    kept.since = now;
    kept.asked = 0;
  }
  kept.asked = (kept.asked ?? 0) + 1;
  if (kept.asked > MAX_MESSAGES)
    throw new BudgetSpent(Math.max(1, Math.ceil((kept.since + MESSAGES_MS - now) / 1000)));
}

import type { Brake, PlanStatus } from './plan';
import type { PlanIntent } from './plan-intent';
import type { OpenRequest, TaskStatus } from './task';

/** What admission needs to know of a plan. `occupied` counts its RUNNING and ROLLING_BACK tasks. */
export interface PlanForAdmission {
  status: PlanStatus;
  intent: PlanIntent;
  /** What a halt of the plan, or the stop of everything, holds back. */
  brake: Brake;
  maxConcurrency: number;
  occupied: number;
  /** Tasks of later waves do not start yet. */
  wave: number;
}

/** A task that could be taken in. `tenantFree` is true also when the task itself holds its tenant. */
export interface Candidate {
  taskId: string;
  ordinal: number;
  status: TaskStatus;
  wave: number;
  request: Pick<OpenRequest, 'kind' | 'notBefore'> | null;
  tenantFree: boolean;
  /** A freeze holds for the tenant: nothing goes forward; a rollback is not held up. */
  frozen: boolean;
  endedAt: Date | null;
}

type Rank = 0 | 1 | 2;

/**
 * Which tasks of a plan start next, in order: rollbacks, then resumed and retried, then pending, each FIFO by ordinal
 * (SPEC 6). Brakes hold back what goes forward. A plan rollback goes in reverse order of completion. With maxConcurrency 1 a blocked head blocks the plan;
 * above 1 a blocked tenant is skipped and keeps its place, and so is a frozen one. Pending tasks of later waves and
 * retries whose wait is not over do not take part. `free` is what live processes can still take; `now` is database time.
 */
export function nextWork<C extends Candidate>(
  plan: PlanForAdmission,
  candidates: readonly C[],
  free: number,
  now: Date,
): C[] {
  const room = Math.min(plan.maxConcurrency - plan.occupied, free);
  if (room <= 0 || plan.brake === 'all' || !admits(plan.status)) return [];
  const wanted = candidates
    .map((candidate) => ({ candidate, rank: rankOf(candidate, plan, now) }))
    .filter((entry): entry is { candidate: C; rank: Rank } => entry.rank !== null)
    .sort(
      (a, b) =>
        a.rank - b.rank || inOrder(a.candidate, b.candidate, a.rank === 0 && plan.intent === 'rollback'),
    );
  if (plan.maxConcurrency === 1) {
    const head = wanted[0]?.candidate;
    return head && !isBlocked(head) ? [head] : [];
  }
  return wanted
    .filter((entry) => !isBlocked(entry.candidate))
    .slice(0, room)
    .map((entry) => entry.candidate);
}

function admits(status: PlanStatus): boolean {
  return status === 'RUNNING' || status === 'PAUSED' || status === 'ROLLING_BACK';
}

function isBlocked({ tenantFree, frozen, request }: Candidate): boolean {
  return !tenantFree || (frozen && request?.kind !== 'rollback');
}

function rankOf(candidate: Candidate, plan: PlanForAdmission, now: Date): Rank | null {
  const { request } = candidate;
  if (request?.kind === 'rollback') return 0;
  if (plan.intent !== 'none' || plan.brake !== 'none') return null;
  if (request?.notBefore && new Date(request.notBefore) > now) return null;
  if (request?.kind === 'resume' || request?.kind === 'retry') return 1;
  return candidate.status === 'PENDING' && candidate.wave <= plan.wave ? 2 : null;
}

function inOrder(a: Candidate, b: Candidate, lastEndedFirst: boolean): number {
  if (lastEndedFirst)
    return (b.endedAt?.getTime() ?? 0) - (a.endedAt?.getTime() ?? 0) || b.ordinal - a.ordinal;
  return a.ordinal - b.ordinal;
}

import type { NotificationFacts } from './facts';

/** Where a plan is shown, or all of them. */
export function linkTo(planId: string | null, console_: URL): string {
  return new URL(planId === null ? '/plans' : `/plans/${planId}`, console_).href;
}

/** What became of a plan, in words that follow its name. */
export function planEvent({ kind, details }: Pick<NotificationFacts, 'kind' | 'details'>): string {
  const tell = (name: string) => String(details[name] ?? 'unknown');
  switch (kind) {
    case 'PlanCompleted':
      return `completed: ${tell('completed')} tenants switched.`;
    case 'PlanPartiallyFailed':
      return `finished with failures: ${tell('failed')} failed, ${tell('completed')} switched.`;
    case 'PlanCancelled':
      return `was cancelled: ${tell('cancelled')} tenants were left as they are.`;
    case 'PlanRolledBack':
      return `was rolled back: ${tell('rolledBack')} tenants are on their earlier version.`;
    case 'PlanStartMissed':
      return `was not started: it was to begin at ${tell('startAt')}, at the latest at ${tell('startBy')}. Start it, or set another time.`;
    case 'DeadlinePassed':
      return `was not finished by its deadline, ${tell('finishBy')}. ${details.otherwise === 'rollback' ? 'It is rolled back.' : 'What runs reaches its end, nothing new begins until somebody moves the deadline, cancels it or rolls it back.'}`;
    case 'StartApprovalNeeded':
      return `waits for approval before it starts: it takes ${tell('needs')}. Look at it, then approve its start.`;
    case 'FreezeOverrideAsked':
      return `waits for an override of freezes until ${tell('until')}, which ${tell('by')} asks for (“${tell('reason')}”). It takes ${tell('needs')} to approve it.`;
    case 'PlanHalted':
      return `was halted by ${tell('by')}: ${tell('reason')} No further tenant starts until somebody resumes the plan.`;
    default:
      return `failed: ${tell('reason')}.`;
  }
}

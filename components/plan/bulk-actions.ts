import { taskRefusal } from '@/components/live/situation';
import type { Confirmation } from '@/components/ui/confirmation';
import { frictionOf } from '@/components/ui/friction';
import { tenants } from '@/components/ui/tenant-count';
import type { BulkAction } from '@/domain/bulk';
import type { PlanView, TaskView } from '@/domain/view/plan-view';

export const BULK_VERBS: Record<BulkAction, string> = {
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  retry: 'Retry',
  rollback: 'Roll back',
  resolve: 'Send again',
};

const REVERSIBLE: Record<BulkAction, boolean> = {
  pause: true,
  resume: true,
  cancel: false,
  retry: true,
  rollback: false,
  resolve: false,
};

/** What an action would do to the chosen tasks, as far as one can tell beforehand. */
export interface Prospect {
  affected: TaskView[];
  skipped: number;
  /** The first reason why one is left out. */
  why: string | null;
  /** Some may only be retried with a reason. */
  wantsReason: boolean;
}

export function prospectOf(action: BulkAction, tasks: readonly TaskView[], plan: PlanView): Prospect {
  const affected: TaskView[] = [];
  let why: string | null = null;
  let wantsReason = false;
  for (const task of tasks) {
    const refusal = refusalOf(action, task, plan);
    if (refusal.reason === null) affected.push(task);
    else why ??= refusal.reason;
    wantsReason ||= refusal.wantsReason;
  }
  return { affected, skipped: tasks.length - affected.length, why, wantsReason };
}

type Refusal = ReturnType<typeof taskRefusal>;

/** Tasks are never changed, only replaced: of thousands that are chosen, few are new from one look to the next. */
const known = new WeakMap<TaskView, Map<BulkAction, { plan: PlanView; refusal: Refusal }>>();

function refusalOf(action: BulkAction, task: TaskView, plan: PlanView): Refusal {
  const ofTask = known.get(task) ?? new Map<BulkAction, { plan: PlanView; refusal: Refusal }>();
  known.set(task, ofTask);
  const before = ofTask.get(action);
  if (before?.plan === plan) return before.refusal;
  const refusal = action === 'resolve' ? resendRefusal(task) : taskRefusal(task, plan, action);
  ofTask.set(action, { plan, refusal });
  return refusal;
}

/** Who decides to send again decides about steps of which nobody knows whether they took effect. */
const resendRefusal = ({ failure }: TaskView) => ({
  reason: failure?.errorType === 'IN_DOUBT' ? null : 'It did not stop because of a step in doubt.',
  wantsReason: false,
});

/** The question before a bulk action; null where one reversible step needs none. */
export function bulkQuestion(
  action: BulkAction,
  prospect: Prospect,
  plan: PlanView,
): Omit<Confirmation, 'onConfirm'> | null {
  const { affected, skipped, why, wantsReason } = prospect;
  const count = affected.length;
  const least = frictionOf({ reversible: REVERSIBLE[action], count });
  const friction = wantsReason && (least === 'none' || least === 'dialog') ? 'reason' : least;
  if (friction === 'none') return null;
  const left = skipped > 0 ? ` ${skipped} selected ${skipped === 1 ? 'is' : 'are'} skipped: ${why}` : '';
  return {
    action: `${BULK_VERBS[action]} ${tenants(count)}`,
    friction,
    planId: plan.planId,
    mayHurry:
      (action === 'cancel' || action === 'rollback') && affected.some(({ status }) => status === 'RUNNING'),
    wayOut: action === 'rollback' || action === 'retry' || action === 'resolve' ? 'keepAsIs' : 'keepRunning',
    destructive: !REVERSIBLE[action],
    // What runs moves on all the time; only what cannot be undone must be read again.
    figures: REVERSIBLE[action] ? '' : `${count} ${targets(affected).join()}`,
    body: `${BODIES[action](affected, plan)}${left}`,
  };
}

const BODIES: Record<BulkAction, (tasks: readonly TaskView[], plan: PlanView) => string> = {
  pause: (tasks) => {
    const running = tasks.filter(({ status }) => status === 'RUNNING').length;
    return `${running} running stop after their current stage, ${tasks.length - running} waiting do not start. Resume them at any time.`;
  },
  resume: (_tasks, plan) => `They go on where they stopped, at most ${plan.maxConcurrency} at once.`,
  cancel: (tasks, plan) => {
    const sent = tasks.filter(({ configSent }) => configSent).length;
    const already =
      sent > 0 ? ` ${tenants(sent)} may be on ${plan.version} already and stay there, unverified.` : '';
    return `What runs ends at its next stage boundary, what waits never starts.${already} Cancelling does not roll back.`;
  },
  retry: (_tasks, plan) =>
    `Each goes on from its last completed stage, at most ${plan.maxConcurrency} at once. Withdraw a retry before it starts, or pause it after.`,
  resolve: (tasks) =>
    `The step that is in doubt is sent once more to ${tenants(tasks.length)}, with the same key: somebody has looked at the targets.`,
  rollback: (tasks, plan) => `${targets(tasks).join(', ')}. At most ${plan.maxConcurrency} at once.`,
};

function targets(tasks: readonly TaskView[]): string[] {
  const byVersion = new Map<string, number>();
  for (const { previousVersion } of tasks)
    if (previousVersion) byVersion.set(previousVersion, (byVersion.get(previousVersion) ?? 0) + 1);
  return [...byVersion].sort((a, b) => b[1] - a[1]).map(([version, count]) => `${count} to ${version}`);
}

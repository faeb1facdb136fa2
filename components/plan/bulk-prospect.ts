import { type TaskRefusal, taskRefusal } from '@/components/live/situation';
import type { BulkAction } from '@/domain/bulk';
import type { RejectionCode } from '@/domain/rejection';
import type { TaskStatus } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';

/** Some that are left out for the same reason. */
export interface SkippedGroup {
  code: RejectionCode;
  /** Where the status is the reason. */
  status: TaskStatus | null;
  count: number;
}

/** What an action would do to the chosen tasks, as far as one can tell beforehand. */
export interface Prospect {
  affected: TaskView[];
  /** The largest first. */
  skipped: SkippedGroup[];
  /** The first reason why one is left out, in the server's words. */
  why: string | null;
  /** Some may only be retried with a reason. */
  wantsReason: boolean;
}

export function prospectOf(action: BulkAction, tasks: readonly TaskView[], plan: PlanView): Prospect {
  const affected: TaskView[] = [];
  const groups = new Map<string, SkippedGroup>();
  let why: string | null = null;
  let wantsReason = false;
  for (const task of tasks) {
    const refusal = refusalOf(action, task, plan);
    if (refusal.reason === null || refusal.code === null) affected.push(task);
    else {
      why ??= refusal.reason;
      const status = refusal.code === 'NOT_ALLOWED_IN_STATE' ? task.status : null;
      const key = `${refusal.code} ${status}`;
      const group = groups.get(key);
      if (group) group.count += 1;
      else groups.set(key, { code: refusal.code, status, count: 1 });
    }
    wantsReason ||= refusal.wantsReason;
  }
  const skipped = [...groups.values()].sort((a, b) => b.count - a.count);
  return { affected, skipped, why, wantsReason };
}

/** Tasks are never changed, only replaced: of thousands that are chosen, few are new from one look to the next. */
const known = new WeakMap<TaskView, Map<BulkAction, { plan: PlanView; refusal: TaskRefusal }>>();

function refusalOf(action: BulkAction, task: TaskView, plan: PlanView): TaskRefusal {
  const ofTask = known.get(task) ?? new Map<BulkAction, { plan: PlanView; refusal: TaskRefusal }>();
  known.set(task, ofTask);
  const before = ofTask.get(action);
  if (before?.plan === plan) return before.refusal;
  const refusal = action === 'resolve' ? resendRefusal(task) : taskRefusal(task, plan, action);
  ofTask.set(action, { plan, refusal });
  return refusal;
}

/** Who decides to send again decides about steps of which nobody knows whether they took effect. */
const resendRefusal = ({ failure }: TaskView): TaskRefusal =>
  failure?.errorType === 'IN_DOUBT'
    ? { reason: null, code: null, wantsReason: false }
    : {
        reason: 'It did not stop because of a step in doubt.',
        code: 'NOTHING_TO_DO',
        wantsReason: false,
      };

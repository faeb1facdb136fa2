import { type PlanWithCounts, readPlan, readTasksOfPlan, type TaskSelection } from '@/db/queries/runs';
import { isOpen, isSettled } from '@/domain/plan';
import { transitionPlan } from '@/domain/plan-transition';
import type { TaskInput } from '@/domain/task-transition';
import { planChange } from '@/server/commands/plan-change';
import { freed } from '@/server/commands/plan-commands';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import { waysBack } from '@/server/commands/way-back';
import type { PlanDeps } from './plan-deps';

const CHUNK = 500;

/**
 * Carries a plan's intent to its tasks, then brings its status up to date. Both recompute from rows, so doing it twice or
 * late changes nothing.
 */
export async function settlePlan(deps: PlanDeps, planId: string): Promise<void> {
  const found = await readPlan(deps.db, planId);
  const read = found && (await passDeadline(deps, found));
  if (!read) return;
  const { plan } = read;
  const by = plan.intentBy ?? 'plan';
  // What reached its boundary between a resume's look at the tasks and its commit was paused for a plan that runs.
  if (plan.intent === 'none' && isOpen(plan.status)) await eachTask(deps, planId, 'heldByPlan', freed(by));
  if (plan.intent === 'cancel') {
    await eachTask(deps, planId, 'notRunning', {
      type: 'cancel',
      actor: by,
      reason: 'The plan was cancelled.',
    });
  }
  if ((plan.intent === 'cancel' || plan.intent === 'rollback') && !isSettled(plan.status)) {
    // What was to go forward again never will: left open, it would keep the plan from settling.
    await eachTask(deps, planId, 'waitingToGoForward', {
      type: 'withdraw',
      actor: by,
      reason: `The plan is being ${plan.intent === 'cancel' ? 'cancelled' : 'rolled back'}.`,
    });
  }
  if (
    plan.urgent !== null &&
    (plan.intent === 'cancel' || plan.intent === 'rollback') &&
    !isSettled(plan.status)
  ) {
    // What runs does not reach its boundary by itself soon enough for somebody.
    const asked = { type: plan.intent, actor: by, reason: plan.urgent, now: true } as const;
    const goal = plan.intent === 'rollback' ? plan.rollbackTo : null;
    await eachTask(deps, planId, 'runningOn', asked, goal);
    // What cannot go back ends where it is.
    if (plan.intent === 'rollback') await eachTask(deps, planId, 'runningOn', { ...asked, type: 'cancel' });
  }
  if (plan.intent === 'rollback' && !isSettled(plan.status)) {
    const reason = 'The plan is being rolled back.';
    await eachTask(deps, planId, 'toRollBack', { type: 'rollback', actor: by, reason }, plan.rollbackTo);
    // What stands still and was not taken back has no way back.
    await eachTask(deps, planId, 'standingStill', { type: 'cancel', actor: by, reason });
  }
  await settle(deps, read);
}

/** Tells that a deadline passed, once, and gives the plan as it is then; null when it moved meanwhile: the next pass looks again. */
async function passDeadline(deps: PlanDeps, found: PlanWithCounts): Promise<PlanWithCounts | null> {
  const outcome = transitionPlan(found, { type: 'deadline' }, found.now);
  if (!outcome.ok || outcome.events.length === 0) return found;
  const result = await deps.committer.commitTransition({
    atomic: true,
    // Whether there is anything to take back was counted.
    plans: [planChange(found, outcome, { counted: outcome.state.intent === 'rollback' })],
    tasks: [],
  });
  deps.again();
  return result.plans[found.plan.planId] ? readPlan(deps.db, found.plan.planId) : null;
}

/**
 * `told` is what its tasks were told by. Under another intent they were not told yet; and a plan that rolls back must not
 * end while one of them has come to rest since and could go back. The next pass looks again.
 */
async function settle(deps: PlanDeps, told: PlanWithCounts): Promise<void> {
  const { planId, intent } = told.plan;
  const found = await readPlan(deps.db, planId);
  if (found?.revision !== told.revision) return;
  if (intent === 'rollback' && found.planSeq !== told.planSeq) return;
  const settled = transitionPlan(found, { type: 'settle' }, found.now);
  if (!settled.ok || settled.events.length === 0) return;
  const completes = settled.state.status === 'COMPLETED' && deps.lastLook !== undefined;
  const left = completes ? deps.lastLook?.found(planId, found.planSeq) : [];
  // It is looked at once more first, and comes by again when that is over.
  if (left === null) return;
  const outcome = transitionPlan(found, { type: 'settle', left }, found.now);
  if (!outcome.ok) return;
  // A conflict means that something happened in the plan since it was counted; the next pass looks again.
  const result = await deps.committer.commitTransition({
    atomic: true,
    plans: [planChange(found, outcome, { counted: true })],
    tasks: [],
  });
  deps.lastLook?.forget(planId);
  if (result.plans[planId]) deps.again();
}

/** Gives one input to every selected task, in chunks; those that refuse it are left as they are. */
export async function eachTask(
  deps: PlanDeps,
  planId: string,
  selection: TaskSelection,
  input: TaskInput,
  /** Where a rollback goes, when it is not to the version before. */
  toVersion: string | null = null,
): Promise<void> {
  for (let after = ''; ; ) {
    const reads = await readTasksOfPlan(deps.db, planId, selection, { after, limit: CHUNK });
    const last = reads.at(-1);
    if (!last) return;
    after = last.task.taskId;
    const goals = await waysBack(deps.db, reads, toVersion ?? undefined);
    const changes = reads.flatMap((read) => {
      const to = goals.get(read.task.tenantId);
      if (toVersion !== null && !to) return [];
      const context = {
        task: read.task,
        flags: runtimeFlags(read, deps.layers()),
        totalStages: read.task.stages.length,
      };
      const outcome = deps.transition(context, to ? ({ ...input, to } as TaskInput) : input, read.now);
      return outcome.ok ? [taskChange(read, outcome.state, outcome.events)] : [];
    });
    if (changes.length > 0)
      await deps.committer.commitTransition({ atomic: false, plans: [], tasks: changes });
  }
}

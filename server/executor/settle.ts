import { type SQL, sql } from 'drizzle-orm';
import { readPlans, readTasks } from '@/db/queries/runs';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import { isSettled } from '@/server/domain/plan';
import { transitionPlan } from '@/server/domain/plan-transition';
import type { TaskInput } from '@/server/domain/task-transition';
import type { AdmissionDeps } from './admission';

const CHUNK = 500;

/**
 * Carries a plan's intent to its tasks, then brings its status up to date. Both recompute from rows, so doing it twice,
 * late or on two nodes at once changes nothing.
 */
export async function settlePlans(deps: AdmissionDeps, which: SQL): Promise<void> {
  const plans = await readPlans(deps.db, which);
  for (const { plan } of plans) {
    const by = plan.intentBy ?? 'plan';
    if (plan.intent === 'cancel') {
      await eachTask(deps, sql`t.plan_id = ${plan.planId} and t.status in ('PENDING', 'PAUSED')`, {
        type: 'cancel',
        actor: by,
        reason: 'The plan was cancelled.',
      });
    }
    if ((plan.intent === 'cancel' || plan.intent === 'rollback') && !isSettled(plan.status)) {
      // What was to go forward again never will: left open, it would keep the plan from settling.
      await eachTask(
        deps,
        sql`t.plan_id = ${plan.planId} and t.status not in ('RUNNING', 'ROLLING_BACK', 'PAUSED')
          and t.request->>'kind' in ('retry', 'resume')`,
        {
          type: 'withdraw',
          actor: by,
          reason: `The plan is being ${plan.intent === 'cancel' ? 'cancelled' : 'rolled back'}.`,
        },
      );
    }
    if (plan.intent === 'rollback' && !isSettled(plan.status)) {
      await eachTask(
        deps,
        sql`t.plan_id = ${plan.planId} and (t.status = 'PENDING' or (t.status = 'PAUSED' and (not t.stage_started or t.previous_snapshot_id is null)))`,
        { type: 'cancel', actor: by, reason: 'The plan is being rolled back.' },
      );
      await eachTask(
        deps,
        sql`t.plan_id = ${plan.planId} and t.stage_started and t.direction = 'forward' and t.previous_snapshot_id is not null
          and t.status in ('COMPLETED', 'FAILED', 'CANCELLED', 'PAUSED') and t.request->>'kind' is distinct from 'rollback'`,
        { type: 'rollback', actor: by, reason: 'The plan is being rolled back.' },
      );
    }
    await settle(deps, plan.planId);
  }
}

async function settle(deps: AdmissionDeps, planId: string): Promise<void> {
  const [found] = await readPlans(deps.db, sql`p.plan_id = ${planId}`);
  if (!found) return;
  const outcome = transitionPlan(found, { type: 'settle' }, found.now);
  if (!outcome.ok || outcome.events.length === 0) return;
  // A conflict means that something happened in the plan since it was counted; the next pass looks again.
  await deps.committer.commitTransition({
    atomic: true,
    plans: [
      {
        planId,
        revision: found.revision,
        planSeq: found.planSeq,
        state: outcome.state,
        events: outcome.events,
      },
    ],
    tasks: [],
  });
}

/** Gives one input to every matching task, in chunks; those that refuse it are left as they are. */
async function eachTask(deps: AdmissionDeps, where: SQL, input: TaskInput): Promise<void> {
  for (let after = ''; ; ) {
    const reads = await readTasks(
      deps.db,
      sql`(${where}) and t.task_id > ${after} order by t.task_id limit ${CHUNK}`,
    );
    const last = reads.at(-1);
    if (!last) return;
    after = last.task.taskId;
    const changes = reads.flatMap((read) => {
      const context = {
        task: read.task,
        flags: runtimeFlags(read, deps.layers()),
        totalStages: read.task.stages.length,
      };
      const outcome = deps.transition(context, input, read.now);
      return outcome.ok ? [taskChange(read, outcome.state, outcome.events)] : [];
    });
    if (changes.length > 0)
      await deps.committer.commitTransition({ atomic: false, plans: [], tasks: changes });
  }
}

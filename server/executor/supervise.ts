import { finishedSince, type OpenPlan, readBrakes } from '@/db/queries/execution';
import { type PlanWithCounts, readPlan, readPlansDue } from '@/db/queries/runs';
import { gateToMeasure, nextMeasurement } from '@/domain/plan-gate';
import { type PlanInput, transitionPlan } from '@/domain/plan-transition';
import { reachedThreshold } from '@/domain/threshold';
import { planChange } from '@/server/commands/plan-change';
import type { PlanDeps } from './plan-deps';
import type { WaveMeasuring } from './wave-measuring';

/**
 * Starts plans whose time has come, and tells of those whose time has passed. Who scheduled the start is on record; the
 * start itself is the system's.
 */
export async function startScheduled(deps: Pick<PlanDeps, 'db' | 'committer'>): Promise<void> {
  const { stopped: halt } = await readBrakes(deps.db);
  const due = await readPlansDue(deps.db);
  for (const plan of due) await commitPlan(deps, plan, { type: 'startAtItsTime', stopped: halt !== null });
}

/**
 * Looks at an open plan's thresholds and waves before anything of it is admitted: halts it, or opens its next wave.
 * Recomputed from rows, so that a kill at any moment loses nothing. A plan it halts takes in rollbacks only.
 */
export async function superviseBeforeAdmission(deps: PlanDeps, plan: OpenPlan): Promise<void> {
  const { thresholds, waves } = plan.settings;
  // Thresholds stop what goes forward: of a plan that goes back, nothing does.
  if (thresholds && plan.counted > 0 && plan.intent !== 'rollback' && plan.brake === 'none') {
    const finished = await finishedSince(deps.db, plan.planId, plan.countingSince);
    const reached = reachedThreshold(thresholds, finished, plan.total);
    if (reached) {
      await superviseOne(deps, plan.planId, { type: 'halt', ...reached });
      plan.brake = 'forward';
    }
  }
  if (!waves?.length) return;
  const found = plan.brake === 'none' ? await superviseOne(deps, plan.planId, { type: 'nextWave' }) : null;
  if (deps.measuring) await measureWhenDue(deps, deps.measuring, found);
}

/** Puts on record what was measured of a wave with a gate, and has it measured where that is due. */
async function measureWhenDue(
  deps: PlanDeps,
  measuring: WaveMeasuring,
  found: PlanWithCounts | null,
): Promise<void> {
  const gate = found && gateToMeasure(found);
  // Of a wave that is held back, or has just finished, what was asked for before counts no more.
  if (!gate) return measuring.forget();
  const due = nextMeasurement(found.plan);
  if (due !== null && new Date(due) > found.now) return;
  const { planId, wave } = found.plan;
  const measured = measuring.take(planId, wave, gate);
  if (measured) await superviseOne(deps, planId, { type: 'measured', wave, measured });
}

/** Resolves to the plan as it was read where nothing was to be written. */
async function superviseOne(
  deps: PlanDeps,
  planId: string,
  input: PlanInput,
): Promise<PlanWithCounts | null> {
  const plan = await readPlan(deps.db, planId);
  if (!plan || !(await commitPlan(deps, plan, input))) return plan;
  deps.again();
  return null;
}

/** True when it was stored. A conflict means that something else happened to the plan; the next pass looks again. */
async function commitPlan(
  deps: Pick<PlanDeps, 'committer'>,
  found: PlanWithCounts,
  input: PlanInput,
): Promise<boolean> {
  const outcome = transitionPlan(found, input, found.now);
  if (!outcome.ok || outcome.events.length === 0) return false;
  const result = await deps.committer.commitTransition({
    atomic: true,
    plans: [planChange(found, outcome, { counted: true })],
    tasks: [],
  });
  return result.plans[found.plan.planId] !== undefined;
}

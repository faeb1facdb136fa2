import type { Database } from '@/db/client';
import {
  type AdmissionCandidate,
  admissionCandidates,
  type OpenPlan,
  type Outlook,
  previousSources,
} from '@/db/queries/execution';
import { insertSnapshots } from '@/db/queries/planning';
import { readTasksById, type TaskWithContext } from '@/db/queries/runs';
import type { CommitResult, Committer, TaskChange } from '@/server/commands/commit-transition';
import { resolveSnapshot, type StoredSnapshot } from '@/server/commands/resolve-snapshot';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import { activeFreezes } from '@/server/domain/freeze';
import { nextWork } from '@/server/domain/next-work';
import type { TaskInput, TaskMachine } from '@/server/domain/task-transition';
import { TemplateError } from '@/server/domain/template';
import type { BaseLayers } from '@/server/settings/live-settings';
import type { Dispatch } from './dispatch/dispatcher';
import { superviseBeforeAdmission } from './supervise';

export interface AdmissionDeps {
  db: Database;
  committer: Committer;
  layers(): BaseLayers;
  transition: TaskMachine;
}

/**
 * One round of admission over all open plans, least recently served first, each given a fair share of what is free.
 * The choice is made on a reading; the statement that admits counts again under the plans' locks, so a stale choice is
 * refused there and made again in the next round. Returns what was admitted.
 */
export async function admitRound(deps: AdmissionDeps, outlook: Outlook): Promise<Dispatch[]> {
  const frozen = activeFreezes(outlook.freezes, outlook.now);
  const plans: OpenPlan[] = [];
  for (const plan of outlook.plans) {
    if (plan.occupied >= plan.maxConcurrency || plan.halted) continue;
    if (await superviseBeforeAdmission(deps, plan)) plans.push(plan);
  }
  if (plans.length === 0) return [];
  const rooms = plans.map((plan) => ({
    planId: plan.planId,
    room: Math.min(plan.maxConcurrency - plan.occupied, outlook.free),
    strict: plan.maxConcurrency === 1,
    wave: plan.wave,
    backwards: plan.intent === 'rollback',
  }));
  const { candidates, now } = await admissionCandidates(deps.db, rooms, frozen);
  const chosen = choose(plans, candidates, outlook.free, now);
  return chosen.length === 0 ? [] : admit(deps, plans, chosen);
}

/** Each plan in its turn takes at most its share of what is left. */
function choose(
  plans: readonly OpenPlan[],
  candidates: readonly AdmissionCandidate[],
  free: number,
  now: Date,
): AdmissionCandidate[] {
  const chosen: AdmissionCandidate[] = [];
  for (const [index, plan] of plans.entries()) {
    const left = free - chosen.length;
    if (left <= 0) break;
    const share = Math.ceil(left / (plans.length - index));
    const own = candidates.filter(({ planId }) => planId === plan.planId);
    chosen.push(...nextWork(plan, own, share, now));
  }
  return chosen;
}

async function admit(
  deps: AdmissionDeps,
  plans: readonly OpenPlan[],
  chosen: readonly AdmissionCandidate[],
): Promise<Dispatch[]> {
  const reads = await readTasksById(
    deps.db,
    chosen.map((one) => one.taskId),
  );
  const byId = new Map(reads.map((read) => [read.task.taskId, read]));
  const byPlan = new Map(plans.map((plan) => [plan.planId, plan]));
  const inOrder = chosen.flatMap((one) => byId.get(one.taskId) ?? []);
  const previous = await freezePrevious(deps.db, inOrder);
  const changes = inOrder.flatMap((read) => {
    const plan = byPlan.get(read.task.planId);
    return plan ? admission(deps, plan, read, previous.get(read.task.taskId)) : [];
  });
  if (changes.length === 0) {
    await withdrawOvertaken(deps, inOrder, null);
    return [];
  }
  const served = plans.filter(({ planId }) => changes.some((change) => change.planId === planId));
  const result = await deps.committer.commitTransition({
    atomic: false,
    plans: served.map(({ planId, settings, counted }) => ({
      planId,
      events: [],
      served: true,
      ...(settings.thresholds ? { countedSeen: counted } : {}),
    })),
    tasks: changes,
  });
  await withdrawOvertaken(deps, inOrder, result);
  return changes.flatMap(({ taskId }) => {
    const outcome = result.tasks[taskId];
    return outcome?.ok ? [{ taskId, run: outcome.run }] : [];
  });
}

function admission(
  deps: AdmissionDeps,
  plan: OpenPlan,
  read: TaskWithContext,
  previousSnapshotId?: string,
): TaskChange[] {
  const outcome = transition(deps, read, { type: 'admit' });
  if (!outcome.ok) return [];
  return [
    {
      ...taskChange(read, outcome.state, outcome.events),
      // The reading the choice was made on: a pause or halt since then refuses it.
      planRevision: plan.revision,
      admission: true,
      beat: true,
      refuseIfOvertaken: read.task.request?.kind === 'retry' || read.task.request?.kind === 'rollback',
      ...(previousSnapshotId ? { previousSnapshotId } : {}),
    },
  ];
}

function transition(deps: AdmissionDeps, read: TaskWithContext, input: TaskInput) {
  const flags = runtimeFlags(read, deps.layers());
  return deps.transition({ task: read.task, flags, totalStages: read.task.stages.length }, input, read.now);
}

/** Freezes what a rollback will restore, when a task is admitted for the first time and was given no source. */
async function freezePrevious(db: Database, reads: readonly TaskWithContext[]): Promise<Map<string, string>> {
  const first = reads.filter((read) => read.task.startedAt === null && read.previousSnapshotId === null);
  const sources = await previousSources(
    db,
    first.map((read) => read.task.taskId),
  );
  const frozen = new Map<string, string>();
  const made: StoredSnapshot[] = [];
  for (const source of sources) {
    if (source.snapshotId) {
      frozen.set(source.taskId, source.snapshotId);
    } else if (source.version) {
      const snapshot = resolveOrNone(source.tenant, source.version);
      if (!snapshot) continue;
      made.push(snapshot);
      frozen.set(source.taskId, snapshot.snapshotId);
    }
  }
  if (made.length > 0) await insertSnapshots(db, made);
  return frozen;
}

/** A version that can no longer be filled in for this tenant cannot be gone back to. */
function resolveOrNone(...args: Parameters<typeof resolveSnapshot>): StoredSnapshot | null {
  try {
    return resolveSnapshot(...args);
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

/**
 * A request that can never be granted any more leaves the queue, with its reason on record: the machine refused it on
 * the reading, or the statement did, because a newer task started in between.
 */
async function withdrawOvertaken(
  deps: AdmissionDeps,
  reads: readonly TaskWithContext[],
  result: CommitResult | null,
) {
  const overtaken = reads.filter((read) => {
    const outcome = result?.tasks[read.task.taskId];
    if (outcome) return !outcome.ok && outcome.refusal === 'overtaken';
    const decided = transition(deps, read, { type: 'admit' });
    return !decided.ok && decided.rejection.code === 'NEWER_TASK';
  });
  if (overtaken.length === 0) return;
  const changes = overtaken.flatMap((read) => {
    const reason = 'A newer plan owns this tenant.';
    const outcome = transition(deps, read, { type: 'withdraw', actor: 'system', reason });
    return outcome.ok ? [taskChange(read, outcome.state, outcome.events)] : [];
  });
  await deps.committer.commitTransition({ atomic: false, plans: [], tasks: changes });
}

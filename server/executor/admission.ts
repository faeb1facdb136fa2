import type { Database } from '@/db/client';
import {
  type AdmissionCandidate,
  type Arrival,
  admissionCandidates,
  type OpenPlan,
  type Outlook,
  type PreviousSource,
  type RunMaterial,
  readArrivals,
} from '@/db/queries/execution';
import { insertSnapshots } from '@/db/queries/planning';
import { activeFreezes } from '@/domain/freeze';
import { nextWork } from '@/domain/next-work';
import { occupiesSlot } from '@/domain/task';
import { TemplateError } from '@/domain/template';
import type { Snapshot } from '@/domain/tenant';
import type { CommitResult, TaskChange } from '@/server/commands/commit';
import { resolveSnapshot, type StoredSnapshot } from '@/server/commands/resolve-snapshot';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import type { AdmissionDeps } from './admission-deps';
import { courseOf } from './course';
import type { Dispatch } from './dispatch/dispatcher';
import { Draft } from './run-session';
import { superviseBeforeAdmission } from './supervise';

/** Admissions of one plan that are being stored. */
export interface Admitting {
  planId: string;
  count: number;
  /** What was admitted. */
  done: Promise<Dispatch[]>;
}

/**
 * One round of admission over the open plans, least recently served first, each given a fair share of what is free;
 * those in `underWay` wait for their last round, whose tasks count as taken. The choice is made on a reading; the
 * statement that admits counts again under the plans' locks, so a stale choice is refused there and made again in the
 * next round. Of a plan that has something running they travel with what its runs store meanwhile.
 */
export async function admitRound(
  deps: AdmissionDeps,
  outlook: Outlook,
  underWay: readonly Admitting[] = [],
): Promise<Admitting[]> {
  const free = outlook.free - underWay.reduce((sum, { count }) => sum + count, 0);
  if (free <= 0) return [];
  const frozen = activeFreezes(outlook.freezes, outlook.now);
  const waiting = new Set(underWay.map(({ planId }) => planId));
  const plans: OpenPlan[] = [];
  for (const plan of outlook.plans) {
    if (plan.occupied >= plan.maxConcurrency || plan.brake === 'all' || waiting.has(plan.planId)) continue;
    await superviseBeforeAdmission(deps, plan);
    plans.push(plan);
  }
  if (plans.length === 0) return [];
  const rooms = plans.map((plan) => ({
    planId: plan.planId,
    room: Math.min(plan.maxConcurrency - plan.occupied, free),
    strict: plan.maxConcurrency === 1,
    wave: plan.wave,
    backwards: plan.intent === 'rollback',
  }));
  const { candidates, now } = await admissionCandidates(deps.db, rooms, frozen);
  const chosen = choose(plans, candidates, free, now);
  if (chosen.length === 0) return [];
  const found = await readArrivals(
    deps.db,
    chosen.map((one) => one.taskId),
  );
  const byId = new Map(found.map((one) => [one.material.read.task.taskId, one]));
  const inOrder = chosen.flatMap((one) => byId.get(one.taskId) ?? []);
  const previous = freezePrevious(deps.db, inOrder);
  return plans.flatMap((plan) => {
    const { planId } = plan;
    const own = inOrder.filter(({ material }) => material.read.task.planId === planId);
    return own.length > 0 ? [{ planId, count: own.length, done: admit(deps, plan, own, previous) }] : [];
  });
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
  plan: OpenPlan,
  arrivals: readonly Arrival[],
  frozen: Promise<Map<string, Previous>>,
): Promise<Dispatch[]> {
  const previous = await frozen;
  const admissions = arrivals.flatMap((arrival) =>
    admission(deps, plan, arrival, previous.get(arrival.material.read.task.taskId)),
  );
  if (admissions.length === 0) {
    await withdrawOvertaken(deps, arrivals, null);
    return [];
  }
  const { planId, settings, counted, occupied } = plan;
  const seen = settings.thresholds ? { countedSeen: counted } : {};
  const result = await deps.committer.commitTransition({
    atomic: false,
    // Nothing of it runs: it was just started, and somebody may be looking.
    urgent: occupied === 0,
    plans: [{ planId, events: [], served: true, ...seen }],
    tasks: admissions.map(({ change }) => change),
  });
  await withdrawOvertaken(deps, arrivals, result);
  return admissions.flatMap(({ change, material }) => {
    const outcome = result.tasks[change.taskId];
    if (!outcome?.ok) return [];
    const { run, revision, epoch, sequenceId } = outcome;
    if (!change.claim) return [{ taskId: change.taskId, run }];
    // What was read before the statement waited is too old to tell the time by.
    const read = { ...material.read, now: result.now, run, revision, epoch, sequenceId, claimed: true };
    return [{ taskId: change.taskId, run, claimed: { ...material, read } }];
  });
}

interface Admission {
  change: TaskChange;
  /** As it is when the change is stored. */
  material: RunMaterial;
}

function admission(
  deps: AdmissionDeps,
  plan: OpenPlan,
  { material, tenantRevision }: Arrival,
  previous: Previous | undefined,
): Admission[] {
  const { read } = material;
  const draft = draftOf(deps, material);
  if (draft.attempt({ type: 'admit' })) return [];
  const admitted = { state: draft.state, events: [...draft.events] };
  const begun = deps.claimFor && read.task.startedAt === null && announceFirstStep(draft, material);
  const { state, events } = begun ? draft : admitted;
  const change: TaskChange = {
    ...taskChange(read, state, events),
    // The reading the choice was made on: a pause or halt since then refuses it.
    planRevision: plan.revision,
    admission: true,
    beat: true,
    refuseIfOvertaken: true,
    ...(previous ? { previousSnapshotId: previous.snapshotId } : {}),
    ...(read.task.startedAt === null ? { tenantRevision } : {}),
    ...(begun ? { claim: true, nodeId: deps.claimFor } : {}),
  };
  if (!previous) return [{ change, material: { ...material, read: { ...read, task: state } } }];
  const { unitId, unitName, version } = previous.content;
  const task = { ...state, previous: { unitId, unitName, version, snapshotId: previous.snapshotId } };
  const after = { ...read, task, previousSnapshotId: previous.snapshotId };
  return [{ change, material: { ...material, read: after, previous: previous.content } }];
}

/** False when the task would come to rest before its first step. */
function announceFirstStep(draft: Draft, material: RunMaterial): boolean {
  draft.apply({ type: 'boundary' });
  if (occupiesSlot(draft.state.status)) courseOf(material).openStage(draft);
  return occupiesSlot(draft.state.status);
}

function draftOf(deps: AdmissionDeps, { read }: RunMaterial): Draft {
  return new Draft(read.task, runtimeFlags(read, deps.layers()), read.now, deps.transition);
}

/** What a rollback of the task will restore. */
interface Previous {
  snapshotId: string;
  content: Snapshot;
}

/** Freezes what a rollback will restore, when a task is admitted for the first time and was given no source. */
async function freezePrevious(db: Database, arrivals: readonly Arrival[]): Promise<Map<string, Previous>> {
  const frozen = new Map<string, Previous>();
  const made: StoredSnapshot[] = [];
  for (const { material, source } of arrivals) {
    const { task, previousSnapshotId } = material.read;
    if (task.startedAt !== null || previousSnapshotId !== null) continue;
    const previous = source.snapshot ?? makePrevious(source);
    if (!previous) continue;
    frozen.set(task.taskId, previous);
    if (!source.snapshot) made.push(previous.content as StoredSnapshot);
  }
  if (made.length > 0) await insertSnapshots(db, made);
  return frozen;
}

function makePrevious({ tenant, version }: PreviousSource): Previous | null {
  const content = version && resolveOrNone(tenant, version);
  return content && { snapshotId: content.snapshotId, content };
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
  arrivals: readonly Arrival[],
  result: CommitResult | null,
) {
  const overtaken = arrivals.filter(({ material }) => {
    const outcome = result?.tasks[material.read.task.taskId];
    if (outcome) return !outcome.ok && outcome.refusal === 'overtaken';
    return draftOf(deps, material).attempt({ type: 'admit' })?.code === 'NEWER_TASK';
  });
  if (overtaken.length === 0) return;
  const changes = overtaken.flatMap(({ material }) => {
    const draft = draftOf(deps, material);
    const reason = 'A newer plan owns this tenant.';
    // One that waits for its turn will never have it: left pending, it would hold up its plan for ever.
    const pending = material.read.task.status === 'PENDING';
    const leaves = pending ? ({ type: 'cancel' } as const) : ({ type: 'withdraw' } as const);
    if (draft.attempt({ ...leaves, actor: 'system', reason })) return [];
    return [taskChange(material.read, draft.state, draft.events)];
  });
  await deps.committer.commitTransition({ atomic: false, plans: [], tasks: changes });
}

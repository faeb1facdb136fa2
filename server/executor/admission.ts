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
import { freezesBeside } from '@/domain/freeze-override';
import { nextWork } from '@/domain/next-work';
import { occupiesSlot } from '@/domain/task';
import type { Snapshot } from '@/domain/tenant';
import type { CommitResult, TaskChange } from '@/server/commands/commit';
import { resolveOrNone, type StoredSnapshot } from '@/server/commands/resolve-snapshot';
import { runtimeFlags } from '@/server/commands/runtime-flags';
import { taskChange } from '@/server/commands/task-change';
import { courseOf } from './course';
import type { AdmissionDeps } from './plan-deps';
import { Draft } from './run-session';
import type { Admitted } from './run-task';
import { superviseBeforeAdmission } from './supervise';

/** So many tasks that wait for their turn are read at once, so that most rounds of admission read nothing. */
const AHEAD = 64;

/** A task that may begin, with what its rollback would restore where that was found only now. */
export interface Ready extends Pick<Arrival, 'material' | 'tenantRevision'> {
  previous: Previous | undefined;
}

/** Who may begin next of a plan. */
export interface Line {
  /** Those that may begin now, in their order. */
  next: Ready[];
  /** Those after them, where nothing but room keeps them waiting. */
  ahead: Ready[];
}

/** Chooses at most `free` tasks of a plan that begin now, and reads on where only pending ones are in the line. */
export async function lineUp(
  deps: AdmissionDeps,
  plan: OpenPlan,
  { freezes, now }: Pick<Outlook, 'freezes' | 'now'>,
  free: number,
): Promise<Line> {
  await superviseBeforeAdmission(deps, plan);
  const readsOn = plan.maxConcurrency > 1 && plan.intent === 'none' && plan.brake === 'none';
  const room = Math.min(plan.maxConcurrency - plan.occupied, free);
  const { candidates, now: asked } = await admissionCandidates(
    deps.db,
    {
      planId: plan.planId,
      room: readsOn ? room + AHEAD : room,
      strict: plan.maxConcurrency === 1,
      wave: plan.wave,
      backwards: plan.intent === 'rollback',
    },
    freezesBeside(plan.overriddenUntil, freezes, now),
  );
  const chosen = nextWork(plan, candidates, free, asked);
  const later = readsOn && chosen.every(({ request }) => request === null) ? candidates : [];
  const taken = new Set(chosen.map(({ taskId }) => taskId));
  const ahead = later.filter(({ taskId, request }) => request === null && !taken.has(taskId));
  const found = await readArrivals(
    deps.db,
    [...chosen, ...ahead].map((one) => one.taskId),
  );
  const previous = await freezePrevious(deps.db, found);
  const byId = new Map(
    found.map(({ material, tenantRevision }) => {
      const { taskId } = material.read.task;
      return [taskId, { material, tenantRevision, previous: previous.get(taskId) }] as const;
    }),
  );
  const readyOf = (some: readonly AdmissionCandidate[]) => some.flatMap((one) => byId.get(one.taskId) ?? []);
  return { next: readyOf(chosen), ahead: readyOf(ahead) };
}

/**
 * Admits those that were chosen. The choice was made on a reading; the statement that admits counts again under the plan's
 * lock, and compares what was read: a stale choice is refused there and made again in the next round. It travels with what
 * the plan's runs store meanwhile. Returns what was admitted.
 */
export async function admit(
  deps: AdmissionDeps,
  plan: OpenPlan,
  arrivals: readonly Ready[],
): Promise<Admitted[]> {
  const admissions = arrivals.flatMap((arrival) => admission(deps, plan, arrival));
  if (admissions.length === 0) {
    await withdrawOvertaken(deps, arrivals, null);
    return [];
  }
  const { planId, settings, counted } = plan;
  const result = await deps.committer.commitTransition({
    atomic: false,
    plans: settings.thresholds ? [{ planId, events: [], countedSeen: counted }] : [],
    tasks: admissions.map(({ change }) => change),
  });
  await withdrawOvertaken(deps, arrivals, result);
  return admissions.flatMap(({ change, material }) => {
    const outcome = result.tasks[change.taskId];
    if (!outcome?.ok) return [];
    const { revision, epoch, sequenceId } = outcome;
    if (!change.claim) return [{ taskId: change.taskId }];
    // What was read before the statement waited is too old to tell the time by.
    const read = { ...material.read, now: result.now, revision, epoch, sequenceId, claimed: true };
    return [{ taskId: change.taskId, claimed: { ...material, read } }];
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
  { material, tenantRevision, previous }: Ready,
): Admission[] {
  const { read } = material;
  const draft = draftOf(deps, material);
  if (draft.attempt({ type: 'admit' })) return [];
  const admitted = { state: draft.state, events: [...draft.events] };
  const begun = read.task.startedAt === null && announceFirstStep(draft, material);
  const { state, events } = begun ? draft : admitted;
  const change: TaskChange = {
    ...taskChange(read, state, events),
    // The reading the choice was made on: a pause or halt since then refuses it.
    planRevision: plan.revision,
    admission: true,
    ...admitBefore(plan),
    beat: true,
    refuseIfOvertaken: true,
    ...(previous ? { previousSnapshotId: previous.snapshotId } : {}),
    ...(read.task.startedAt === null ? { tenantRevision } : {}),
    ...(begun ? { claim: true, nodeId: deps.nodeId } : {}),
  };
  if (!previous) return [{ change, material: { ...material, read: { ...read, task: state } } }];
  const { unitId, unitName, version } = previous.content;
  const task = { ...state, previous: { unitId, unitName, version, snapshotId: previous.snapshotId } };
  const after = { ...read, task, previousSnapshotId: previous.snapshotId };
  return [{ change, material: { ...material, read: after, previous: previous.content } }];
}

/** The choice holds as long as freezes do not hold the plan, and it is not late: the statement looks once more, except for the way back. */
function admitBefore({ overriddenUntil, finishBy }: OpenPlan): Pick<TaskChange, 'admitBefore'> {
  const [first] = [overriddenUntil, finishBy].filter((end) => end !== null).sort();
  return first === undefined ? {} : { admitBefore: first };
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

/**
 * A request that can never be granted any more leaves the queue, with its reason on record: the machine refused it on
 * the reading, or the statement did, because a newer task started in between.
 */
async function withdrawOvertaken(
  deps: AdmissionDeps,
  arrivals: readonly Ready[],
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
  const { tasks } = await deps.committer.commitTransition({ atomic: false, plans: [], tasks: changes });
  if (Object.values(tasks).some(({ ok }) => ok)) deps.again();
}

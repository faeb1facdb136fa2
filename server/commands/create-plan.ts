import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { dropSnapshots, insertAsMade, insertSnapshots, previousOf } from '@/db/queries/planning';
import { type AtDeadline, countTasks, type PlanState } from '@/domain/plan';
import { transitionPlan } from '@/domain/plan-transition';
import { DEFAULT_POLICIES } from '@/domain/policies/choice';
import { type TaskState, UNSTARTED } from '@/domain/task';
import { type TaskInput, transitionTask } from '@/domain/task-transition';
import type { ValidationResult } from '@/domain/validation';
import { CommandRefused, InvalidInput } from '@/server/input/refused';
import type { Commit, PlanCreation } from './commit';
import type { Committer } from './commit-transition';
import { type PlanRequest, type Prepared, preparePlan } from './prepare-plan';
import { firstAnswer } from './task-commands';

export interface CreateOptions {
  actor: string;
  requestId: string | null;
  /** Creates the plan although some tenants are invalid; they stay on it as VALIDATION_FAILED. */
  leaveOutInvalid: boolean;
  previewHash: string | null;
  /** When it has to be finished, and what happens then. */
  deadline?: { finishBy: Date; otherwise?: AtDeadline | undefined } | undefined;
}

/** Plans that are made at the same moment for the same tenants make one another decide anew this often. */
const MAX_TRIES = 5;
/** So many of the tenants that were left out are named; the number tells of all. */
const MOST_NAMED = 1000;

/** What was made, and who is not part of it although they were asked for. */
export interface CreatedPlan {
  planId: string;
  total: number;
  leftOutTotal: number;
  leftOut: { tenantId: string; reason: string }[];
}

/**
 * Creates a READY plan with one task for each tenant, its configuration frozen.
 * Throws {@link CommandRefused} while there are errors that were not left out on purpose.
 */
export async function createPlan(
  deps: { db: Database; committer: Committer },
  request: PlanRequest,
  options: CreateOptions,
): Promise<CreatedPlan> {
  const answered = () => firstAnswer<CreatedPlan>(deps.db, options.requestId);
  const prior = await answered();
  if (prior) return prior;
  try {
    return await create(deps, request, options);
  } catch (error) {
    // Of two with one requestId at the same instant the later one is refused somewhere: the first one's plan stands.
    const first = await answered();
    if (first) return first;
    throw error;
  }
}

async function create(
  deps: { db: Database; committer: Committer },
  request: PlanRequest,
  options: CreateOptions,
): Promise<CreatedPlan> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { prepared, fresh } = await prepareAndStore(deps.db, request, options);
    const answer = answerOf(prepared);
    const creation = await creationOf(deps.db, prepared, request, { ...options, answer });
    const result = await deps.committer.commitTransition(creation);
    if (result.repeated) return result.repeated as unknown as CreatedPlan;
    if (!result.refused) return { planId: creation.create.plan.planId, ...answer };
    // Somebody planned the same switch just now: what validation says of it is said again.
    await dropSnapshots(deps.db, fresh);
  }
  throw new CommandRefused({
    code: 'NOT_ALLOWED_IN_STATE',
    message: 'Others are planning the same tenants at this moment. Try again.',
  });
}

function answerOf({ report }: Prepared): Omit<CreatedPlan, 'planId'> {
  const invalid = report.results.filter(({ errors }) => errors.length > 0);
  const leftOut = invalid.slice(0, MOST_NAMED).map(({ tenantId, errors }) => ({
    tenantId,
    reason: errors.map(({ message }) => message).join(' '),
  }));
  return { total: report.total, leftOutTotal: invalid.length, leftOut };
}

/**
 * The database stores the configurations while more are made here; what turns out to be of no use is taken back. `fresh`
 * are those that were not there.
 */
async function prepareAndStore(
  db: Database,
  request: PlanRequest,
  options: CreateOptions,
): Promise<{ prepared: Prepared; fresh: string[] }> {
  const fresh: string[] = [];
  let used = new Set<string>();
  try {
    const prepared = await preparePlan(db, request, (made) => insertAsMade(db, made, fresh));
    refuseUnfit(prepared, options);
    fresh.push(...(await insertSnapshots(db, [...prepared.sources.values()])));
    used = new Set(
      [...prepared.snapshots.values(), ...prepared.sources.values()].map(({ snapshotId }) => snapshotId),
    );
    return { prepared, fresh: fresh.filter((id) => used.has(id)) };
  } finally {
    await dropSnapshots(
      db,
      fresh.filter((id) => !used.has(id)),
    );
  }
}

/** The plan and its tasks as they are when they were validated, under the next number. */
async function creationOf(
  db: Database,
  prepared: Prepared,
  request: PlanRequest,
  options: CreateOptions & { answer: Omit<CreatedPlan, 'planId'> },
): Promise<Commit & { create: PlanCreation }> {
  const [next] = await db.execute<{ number: number; now: Date }>(
    sql`select nextval(pg_get_serial_sequence('plan', 'number')) as number, clock_timestamp() as now`,
  );
  if (!next) throw new Error('No plan number');
  const planId = `PLN-${next.number}`;
  const { now } = next;
  const stages = prepared.playbook.definition.stages.map((stage) => stage.name);
  const { report } = prepared;
  // What is sent again has the same way back as when it was sent first.
  const before = request.settings.reconcile
    ? await previousOf(db, request.tenantIds, request)
    : new Map<string, string>();
  const planEvents = withDeadline(
    validatedPlan(planId, prepared, options.actor, request.maxConcurrency, now),
    options,
    now,
  );
  const tasks = report.results.map((result, index) =>
    validatedTask(planId, result, index, stages, options.actor, now),
  );
  return {
    atomic: true,
    create: {
      plan: {
        planId,
        number: next.number,
        name: request.name,
        status: planEvents.state.status,
        maxConcurrency: request.maxConcurrency,
        settings: request.settings,
        unitId: request.unitId,
        unitName: prepared.unitName,
        version: request.version,
        playbookId: prepared.playbook.playbookId,
        playbookVersion: prepared.playbook.version,
        playbook: prepared.playbook.definition,
        startApproval: prepared.startApproval,
        deadline: planEvents.state.deadline,
        createdBy: options.actor,
        endedAt: planEvents.state.endedAt,
      },
      stages,
      tasks: tasks.map(({ state }) => ({
        taskId: state.taskId,
        tenantId: state.tenantId,
        ordinal: state.ordinal,
        wave: prepared.waveOf.get(state.tenantId) ?? 0,
        status: state.status,
        targetSnapshotId: prepared.snapshots.get(state.tenantId)?.snapshotId ?? null,
        previousSnapshotId:
          prepared.sources.get(state.tenantId)?.snapshotId ?? before.get(state.tenantId) ?? null,
      })),
    },
    audit: {
      actor: options.actor,
      action: 'plan.create',
      target: planId,
      reason: null,
      requestId: options.requestId,
      outcome: { planId, ...options.answer },
    },
    plans: [{ planId, events: planEvents.events }],
    tasks: tasks.map(({ state, events }) => ({
      taskId: state.taskId,
      planId,
      tenantId: state.tenantId,
      events,
    })),
  };
}

function refuseUnfit({ report, hash }: Prepared, options: CreateOptions): void {
  if (options.previewHash !== null && options.previewHash !== hash) {
    throw new CommandRefused({
      code: 'REFUSED_BY_GUARD',
      message: 'The numbers changed since you reviewed them. Look at the review again.',
    });
  }
  if (report.invalid > 0 && !options.leaveOutInvalid) {
    const first = report.results.find((result) => result.errors.length > 0)?.errors[0];
    throw new InvalidInput(
      'tenantIds',
      `${report.invalid} of ${report.total} tenants cannot be switched (first: ${first?.message}) Fix them, or ask to leave them out.`,
    );
  }
  if (report.valid === 0) throw new InvalidInput('tenantIds', 'No tenant is left that could be switched.');
}

function validatedPlan(
  planId: string,
  { report, startApproval }: Pick<Prepared, 'report' | 'startApproval'>,
  actor: string,
  maxConcurrency: number,
  now: Date,
) {
  const created: PlanState = {
    planId,
    status: 'CREATED',
    intent: 'none',
    intentBy: null,
    halted: null,
    urgent: null,
    rollbackTo: null,
    maxConcurrency,
    wave: 0,
    bakeUntil: null,
    startApproval,
    freezeOverride: null,
    deadline: null,
    gate: null,
    countingSince: null,
    startAt: null,
    startBy: null,
    startedAt: null,
    endedAt: null,
  };
  const counts = countTasks([]);
  const first = transitionPlan(
    { plan: created, counts },
    { type: 'validate', actor, tasks: report.total },
    now,
  );
  if (!first.ok) throw new Error(first.rejection.message);
  const { valid, invalid } = report;
  const second = transitionPlan(
    { plan: first.state, counts },
    { type: 'validationPassed', actor, valid, invalid },
    now,
  );
  if (!second.ok) throw new Error(second.rejection.message);
  return { state: second.state, events: [...first.events, ...second.events] };
}

/** A deadline that is given with the plan, judged like one that is set later. */
function withDeadline(
  validated: ReturnType<typeof validatedPlan>,
  { actor, deadline }: CreateOptions,
  now: Date,
): ReturnType<typeof validatedPlan> {
  if (!deadline) return validated;
  const context = { plan: validated.state, counts: countTasks([]) };
  const set = transitionPlan(context, { type: 'setDeadline', actor, ...deadline }, now);
  if (!set.ok) throw new InvalidInput('finishBy', set.rejection.message);
  return { state: set.state, events: [...validated.events, ...set.events] };
}

function validatedTask(
  planId: string,
  result: ValidationResult,
  index: number,
  stages: string[],
  actor: string,
  now: Date,
) {
  const { errors, warnings, tenantId } = result;
  const task: TaskState = {
    ...UNSTARTED,
    taskId: `${planId}.${index + 1}`,
    planId,
    tenantId,
    ordinal: index + 1,
    status: 'CREATED',
    stages,
    wave: 0,
    targetVersion: null,
  };
  const flags = {
    planIntent: 'none' as const,
    planAbandoned: false,
    newerTaskStarted: false,
    maxRetry: 0,
    policies: DEFAULT_POLICIES,
  };
  const first = transitionTask({ task, flags, totalStages: stages.length }, { type: 'validate', actor }, now);
  if (!first.ok) throw new Error(first.rejection.message);
  const verdict: TaskInput =
    errors.length > 0
      ? { type: 'validationFailed', actor, errors }
      : { type: 'validationPassed', actor, warnings };
  const second = transitionTask({ task: first.state, flags, totalStages: stages.length }, verdict, now);
  if (!second.ok) throw new Error(second.rejection.message);
  return { state: second.state, events: [...first.events, ...second.events] };
}

import { z } from 'zod';
import type { Database } from '@/db/client';
import { recordAudit } from '@/db/queries/audit';
import type { TaskFilter } from '@/db/queries/bulk';
import { tenantIdsWhere } from '@/db/queries/catalogue';
import { eventsPage } from '@/db/queries/events';
import { listPlans, PLAN_ORDER } from '@/db/queries/plan-lists';
import { planOverview } from '@/db/queries/plan-views';
import { completedTenants, findPlaybook } from '@/db/queries/planning';
import { planSummary } from '@/db/queries/retention';
import { readPlan } from '@/db/queries/runs';
import { stepEvents, taskLabels } from '@/db/queries/task-view';
import { chosenIds, labelsOfChosen } from '@/db/queries/tenant-choice';
import type { PlaybookDefinition } from '@/domain/playbook';
import type { ColumnarSnapshot } from '@/domain/view/columnar-snapshot';
import type { PlanSnapshot } from '@/domain/view/plan-view';
import { toColumn } from '@/domain/view/to-column';
import { toColumnar } from '@/domain/view/to-columnar';
import { assignWaves } from '@/domain/wave';
import { startBulk } from '@/server/commands/bulk';
import { createPlan } from '@/server/commands/create-plan';
import { commandPlan } from '@/server/commands/plan-commands';
import { planLimit } from '@/server/commands/plan-limit';
import { type PlanPreview, type PlanRequest, previewPlan, waveSizes } from '@/server/commands/prepare-plan';
import { reconcile } from '@/server/commands/reconcile';
import { projectedSchedule } from '@/server/fleet/projected-schedule';
import { rehearsePlan } from '@/server/fleet/rehearse';
import { InvalidInput } from '@/server/input/refused';
import { planReconcile } from '../action-inputs';
import { approverOf } from '../approver';
import { createWithDeadline } from '../deadline-input';
import { found } from '../expected';
import {
  choiceInput,
  concurrency,
  givenPlaybook,
  MAX_TENANTS_PER_PLAN,
  planCommand,
  planId,
  planLeave,
  planRef,
  planRequest,
  planRollback,
  planStatuses,
  requestId,
  slug,
  taskId,
  waves,
} from '../inputs';
import { moment } from '../moment-input';
import { pageInput } from '../page-input';
import { plainJson } from '../plain-json';
import { mustSeeTenants, ownTasks } from '../reach';
import { tellIfRemoved } from '../removed-events';
import { refuseCostlyPlaybook } from '../template-limits';
import { type ApiDeps, baseMaxRetry, judged, middleware, router, theirs, wholePlan } from '../trpc';
import { planDeadlines } from './plan-deadlines';
import { planOverrides } from './plan-overrides';

/** A page shows what was found, and has no use for ten thousand tenants of whom there is nothing to say. */
const lookedAt = planRequest.extend({ onlyFindings: z.boolean().default(false) });

/** With a playbook that nobody saved: how it would do. */
const tried = lookedAt.extend({ definition: givenPlaybook.optional() });

/** Before the input is checked, which would take long. */
const notCostly = middleware(async ({ next, getRawInput }) => {
  const given = (await getRawInput()) as { definition?: unknown } | null | undefined;
  await refuseCostlyPlaybook({ definition: given?.definition });
  return next();
});

export const plans = router({
  ...planDeadlines,
  ...planOverrides,

  list: theirs.viewer
    .input(
      z
        .strictObject({
          status: planStatuses,
          q: z.string().max(200).optional(),
          ...pageInput(PLAN_ORDER, { usual: 100, most: 500 }),
        })
        .prefault({}),
    )
    .query(({ ctx, input }) => listPlans(ctx.deps.db, { ...input, maxRetry: baseMaxRetry(ctx.deps) })),

  /** A plan with all its tasks, everything up to `planSeq`; `columns`: the tasks as columns, as the console reads them. */
  snapshot: theirs.viewer
    // `lean` is asked for by pages of the build before, which take a whole snapshot as well.
    .input(planRef.extend({ columns: z.boolean().default(false), lean: z.boolean().optional() }))
    .query(async ({ ctx, input: { planId, columns } }) => {
      const snapshot = await foundPlan(ctx.deps.snapshots.read(planId, baseMaxRetry(ctx.deps)), planId);
      return plainJson<PlanSnapshot | ColumnarSnapshot>(columns ? toColumnar(snapshot) : snapshot);
    }),

  /** The plan alone, with its counts. */
  get: theirs.viewer
    .input(planRef)
    .query(({ ctx, input }) =>
      foundPlan(planOverview(ctx.deps.db, input.planId, baseMaxRetry(ctx.deps)), input.planId),
    ),

  events: theirs.viewer
    .input(
      z.strictObject({
        planId,
        after: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(200),
      }),
    )
    .query(async ({ ctx, input }) => {
      const page = await eventsPage(ctx.deps.db, input.planId, input);
      if (page.events.length > 0) return page;
      await foundPlan(readPlan(ctx.deps.db, input.planId), input.planId);
      await tellIfRemoved(ctx.deps.db, input.planId, input.after);
      return page;
    }),

  /** What is kept of the events when they are removed. */
  summary: wholePlan.viewer
    .input(planRef)
    .query(({ ctx, input }) => foundPlan(planSummary(ctx.deps.db, input.planId), input.planId)),

  /** When the steps of some tasks ran: what a page shows of the lanes that it looks at closely. */
  steps: theirs.viewer
    .input(z.strictObject({ planId, taskIds: z.array(taskId).min(1).max(60) }))
    .query(async ({ ctx, input }) => {
      await foundPlan(readPlan(ctx.deps.db, input.planId), input.planId);
      return plainJson(await stepEvents(ctx.deps.db, input.planId, input.taskIds));
    }),

  /** What the tenants of a plan have for one label, in its order, as a column. */
  labels: theirs.viewer
    .input(z.strictObject({ planId, key: z.string().min(1).max(64) }))
    .query(async ({ ctx, input }) => {
      await foundPlan(readPlan(ctx.deps.db, input.planId), input.planId);
      const values = await taskLabels(ctx.deps.db, input.planId, input.key);
      return plainJson({ count: values.length, values: toColumn(values) });
    }),

  preview: theirs.viewer
    .use(notCostly)
    .input(tried)
    .mutation(async ({ ctx, input: { onlyFindings, definition, ...input } }) => {
      const wanted = await resolved(ctx, input);
      const preview = await previewPlan(ctx.seen, {
        ...wanted,
        definition: definition as PlaybookDefinition | undefined,
      });
      return onlyFindings ? withFindings(preview) : preview;
    }),

  /** How long a plan like this would take, before anything of it is checked. */
  project: theirs.viewer
    .input(
      z.strictObject({
        ...choiceInput,
        playbookId: slug,
        maxConcurrency: concurrency.optional(),
        waves: waves.default([]),
      }),
    )
    .mutation(async ({ ctx: { deps, seen }, input }) => {
      const playbook = found(await findPlaybook(seen, input.playbookId), 'playbook', input.playbookId);
      const tenants = await labelsOfChosen(seen, input.choice, input.leaveOutBusy);
      const sizes = waveSizes(input.waves, assignWaves(input.waves, tenants));
      const limit = await planLimit(deps, input.playbookId, input.maxConcurrency);
      return projectedSchedule(seen, playbook, sizes, limit);
    }),

  /** A dry run: asks every instance what it runs and projects the schedule; changes nothing. */
  rehearse: theirs.operator.input(lookedAt).mutation(async ({ ctx, input: { onlyFindings, ...input } }) => {
    const wanted = await resolved(ctx, input);
    await recordAudit(ctx.deps.db, {
      ...{ actor: ctx.actor, action: 'plan.rehearse', target: `${wanted.unitId} ${wanted.version}` },
      outcome: { tenants: wanted.tenantIds.length, playbookId: wanted.playbookId },
    });
    const rehearsal = await rehearsePlan({ ...ctx.deps, db: ctx.seen }, wanted);
    if (!onlyFindings) return rehearsal;
    const tenants = rehearsal.tenants.filter(
      ({ silent, drifted, busyIn }) => silent > 0 || drifted || busyIn,
    );
    return { ...withFindings(rehearsal), tenants };
  }),

  create: judged.operator.input(createWithDeadline).mutation(async ({ ctx, input }) => {
    const {
      leaveOutInvalid,
      previewHash,
      requestId: id,
      finishBy,
      atDeadline: otherwise,
      ...request
    } = input;
    const deadline = finishBy ? { finishBy, otherwise } : undefined;
    const options = { actor: ctx.actor, requestId: id, leaveOutInvalid, previewHash, deadline };
    const wanted = await resolved(ctx, request);
    await mustSeeTenants(ctx, wanted.tenantIds);
    return createPlan(ctx.deps, wanted, options);
  }),

  start: wholePlan.operator
    .input(z.strictObject({ planId, requestId }))
    .mutation(({ ctx, input }) =>
      commandPlan(ctx.deps, input.planId, { type: 'start', actor: ctx.actor }, input.requestId),
    ),

  /** One of the people whom its start waits for. */
  approveStart: wholePlan.operator
    .input(planCommand)
    .mutation(async ({ ctx, input: { planId: id, reason, requestId: request } }) => {
      const approver = await approverOf(ctx.deps.db, ctx.principal, id);
      return commandPlan(ctx.deps, id, { type: 'approveStart', actor: ctx.actor, reason, approver }, request);
    }),

  pause: planCommandOf('pause'),
  resume: planCommandOf('resume'),
  cancel: wholePlan.operator
    .input(planLeave)
    .mutation(({ ctx, input: { planId: id, reason, now, requestId: request } }) =>
      commandPlan(ctx.deps, id, { type: 'cancel', actor: ctx.actor, reason, now }, request),
    ),
  /** Back to the version before, until everything is back; or every tenant to a version it once confirmed. */
  rollback: wholePlan.operator
    .input(planRollback)
    .mutation(({ ctx, input: { planId: id, reason, now, toVersion, requestId: request } }) =>
      commandPlan(ctx.deps, id, { type: 'rollback', actor: ctx.actor, reason, now, toVersion }, request),
    ),
  /** Goes on after a halt, or past a wave with failures, which are accepted. */
  continue: planCommandOf('continue'),
  /** Takes the failures of a settled plan as they are. */
  close: planCommandOf('close'),
  /** Sends the plan's version again to everybody who completed it and may have left it since. */
  reconcile: wholePlan.operator
    .input(planReconcile)
    .mutation(async ({ ctx, input: { planId: id, maxConcurrency, ...rest } }) => {
      const overview = await foundPlan(planOverview(ctx.deps.db, id, 0), id);
      const tenantIds = await completedTenants(ctx.deps.db, id);
      const { unitId, playbookId } = overview;
      const limit = maxConcurrency ?? overview.maxConcurrency;
      return reconcile(ctx.deps, {
        ...rest,
        unitId,
        playbookId,
        tenantIds,
        maxConcurrency: limit,
        actor: ctx.actor,
      });
    }),
  /** One retry for every failed task, as a bulk action. */
  retryFailed: theirs.operator
    .input(planCommand.extend({ fromCheckpoint: z.boolean().default(true) }))
    .mutation(async ({ ctx, input }) => {
      const bulk = { ...input, action: 'retry', requestedBy: ctx.actor } as const;
      const filter = { status: ['FAILED'], among: await ownTasks(ctx, bulk.planId) } satisfies TaskFilter;
      const started = await ctx.deps.lanes.run(bulk.planId, () => startBulk(ctx.deps, bulk, filter));
      ctx.deps.executorKick();
      return started;
    }),
  /** Sets the time at which a ready plan starts by itself; null takes it back. */
  schedule: wholePlan.operator
    .input(
      z.strictObject({
        planId,
        startAt: moment.nullable(),
        /** Later than this it does not start by itself; a quarter of an hour after `startAt` when nothing is said. */
        startBy: moment.nullish(),
        requestId,
      }),
    )
    .mutation(({ ctx, input: { planId: id, startAt, startBy, requestId: request } }) =>
      commandPlan(ctx.deps, id, { type: 'schedule', actor: ctx.actor, startAt, startBy }, request),
    ),

  setConcurrency: wholePlan.operator
    .input(z.strictObject({ planId, maxConcurrency: concurrency, requestId }))
    .mutation(({ ctx, input }) =>
      commandPlan(
        ctx.deps,
        input.planId,
        { type: 'setConcurrency', actor: ctx.actor, value: input.maxConcurrency },
        input.requestId,
      ),
    ),
});

function planCommandOf(type: 'pause' | 'resume' | 'continue' | 'close') {
  return wholePlan.operator
    .input(planCommand)
    .mutation(({ ctx, input }) =>
      commandPlan(ctx.deps, input.planId, { type, actor: ctx.actor, reason: input.reason }, input.requestId),
    );
}

function withFindings<Preview extends PlanPreview>(preview: Preview): Preview {
  const { report } = preview;
  const results = report.results.filter(({ errors, warnings }) => errors.length + warnings.length > 0);
  return { ...preview, report: { ...report, results } };
}

const foundPlan = async <T>(looked: Promise<T | null>, id: string) => found(await looked, 'plan', id);

/** Tenants by id, by label and by choice together, each once; a tenant named twice by hand stays an error to show. */
async function resolved(
  { deps, seen }: { deps: ApiDeps; seen: Database },
  { selector, choice, leaveOutBusy, ...input }: z.output<typeof planRequest>,
): Promise<PlanRequest> {
  const labelled = selector ? await tenantIdsWhere(seen, { labels: selector }) : [];
  const chosen = choice ? await chosenIds(seen, choice, leaveOutBusy) : [];
  const named = new Set(input.tenantIds);
  const others = [...new Set([...labelled, ...chosen])].filter((id) => !named.has(id));
  const tenantIds = [...input.tenantIds, ...others];
  if (tenantIds.length > MAX_TENANTS_PER_PLAN) {
    throw new InvalidInput(
      choice ? 'choice' : 'selector',
      `A plan has at most ${MAX_TENANTS_PER_PLAN} tenants; this chooses ${tenantIds.length}.`,
    );
  }
  return {
    ...input,
    tenantIds,
    maxConcurrency: await planLimit(deps, input.playbookId, input.maxConcurrency),
  };
}

import { z } from 'zod';
import { readBulk } from '@/db/queries/bulk';
import { eventsPage } from '@/db/queries/events';
import { readBrakes } from '@/db/queries/execution';
import { listTasks, TASK_ORDER } from '@/db/queries/plan-lists';
import { newestTaskOf, taskDetail } from '@/db/queries/plan-views';
import { readPlan, readTask } from '@/db/queries/runs';
import { explain } from '@/domain/explain';
import { frozenBy } from '@/domain/freeze';
import { freezesFor } from '@/domain/freeze-override';
import { planIdOf, RESOLUTIONS, TASK_STATUSES } from '@/domain/task';
import { startBulk } from '@/server/commands/bulk';
import { resolveTask } from '@/server/commands/resolve-task';
import { rollbackTask } from '@/server/commands/rollback-task';
import { commandTask, type TaskCommandInput } from '@/server/commands/task-commands';
import { bulkInput, taskDecision } from '../action-inputs';
import { approverOf } from '../approver';
import { found } from '../expected';
import {
  MAX_TENANTS_PER_PLAN,
  planId,
  requiredReason,
  taskCancel,
  taskCommand,
  taskRef,
  taskRollback,
} from '../inputs';
import { pageInput } from '../page-input';
import { plainJson } from '../plain-json';
import { ownTasks } from '../reach';
import { tellIfRemoved } from '../removed-events';
import { type ApiDeps, router, theirs } from '../trpc';

export const tasks = router({
  get: theirs.viewer.input(taskRef).query(async ({ ctx, input }) => {
    const id = await taskIdOf(ctx.deps, input);
    const detail = found(await taskDetail(ctx.deps.db, id), 'task', id);
    const { view, stages } = detail;
    const { now, freezes, override } = await readBrakes(ctx.deps.db, detail.planId);
    const freeze = frozenBy(freezesFor(override, freezes, now), view.tenantId, detail.labels);
    const frozen = freeze && { name: freeze.name, until: freeze.until.toISOString() };
    return { ...detail, frozen, why: explain({ ...detail, ...view, frozen, totalStages: stages.length }) };
  }),

  list: theirs.viewer
    .input(
      z.strictObject({
        planId,
        status: z.array(z.enum(TASK_STATUSES)).optional(),
        q: z.string().max(200).optional(),
        ...pageInput(TASK_ORDER, { usual: MAX_TENANTS_PER_PLAN, most: MAX_TENANTS_PER_PLAN }),
      }),
    )
    .query(async ({ ctx, input }) => {
      const page = await listTasks(ctx.deps.db, input.planId, input);
      // None may fit, or there may be no such plan.
      if (page.total === 0) found(await readPlan(ctx.deps.db, input.planId), 'plan', input.planId);
      return plainJson(page);
    }),

  events: theirs.viewer
    .input(
      taskRef.safeExtend({
        after: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(500),
      }),
    )
    .query(async ({ ctx, input }) => {
      const id = await taskIdOf(ctx.deps, input);
      const page = await eventsPage(ctx.deps.db, planIdOf(id), input, id);
      if (page.events.length > 0) return page;
      found(await readTask(ctx.deps.db, id), 'task', id);
      await tellIfRemoved(ctx.deps.db, planIdOf(id), input.after);
      return page;
    }),

  pause: commandOf('pause'),
  resume: commandOf('resume'),
  cancel: theirs.operator
    .input(taskCancel)
    .mutation(async ({ ctx, input: { reason, now, requestId, ...ref } }) => {
      const command: TaskCommandInput = { type: 'cancel', actor: ctx.actor, reason, now };
      return commandTask(ctx.deps, await taskIdOf(ctx.deps, ref), command, requestId);
    }),
  rollback: theirs.operator
    .input(taskRollback)
    .mutation(async ({ ctx, input: { reason, now, toVersion, requestId, ...ref } }) => {
      const id = await taskIdOf(ctx.deps, ref);
      const command = { actor: ctx.actor, reason, now, toVersion };
      return rollbackTask(ctx.deps, id, command, requestId);
    }),
  approve: theirs.operator
    .input(taskDecision)
    .mutation(async ({ ctx, input: { stage, reason, requestId, ...ref } }) => {
      const id = await taskIdOf(ctx.deps, ref);
      const approver = await approverOf(ctx.deps.db, ctx.principal, planIdOf(id));
      const command: TaskCommandInput = { type: 'approve', actor: ctx.actor, reason, stage, approver };
      return commandTask(ctx.deps, id, command, requestId);
    }),
  reject: theirs.operator
    .input(taskDecision)
    .mutation(async ({ ctx, input: { stage, reason, requestId, ...ref } }) => {
      const command: TaskCommandInput = { type: 'reject', actor: ctx.actor, reason, stage };
      return commandTask(ctx.deps, await taskIdOf(ctx.deps, ref), command, requestId);
    }),
  /** What an operator decides about a step in doubt, or about a tenant that does not run what is on record. */
  resolve: theirs.operator
    .input(taskCommand.safeExtend({ resolution: z.enum(RESOLUTIONS), reason: requiredReason }))
    .mutation(async ({ ctx, input }) => {
      const { resolution, reason } = input;
      const decision = { actor: ctx.actor, resolution, reason };
      return resolveTask(ctx.deps, await taskIdOf(ctx.deps, input), decision, input.requestId);
    }),
  /** One action on every task that fits the filter now; the executor works it off. */
  bulk: theirs.operator.input(bulkInput).mutation(async ({ ctx, input }) => {
    const { filter, now, toVersion, resolution, ...bulk } = input;
    const approver =
      bulk.action === 'approve' ? await approverOf(ctx.deps.db, ctx.principal, bulk.planId) : undefined;
    const options = { now, toVersion, resolution, approver };
    const meant = { ...filter, among: await ownTasks(ctx, bulk.planId, filter.taskIds) };
    const started = await ctx.deps.lanes.run(bulk.planId, () =>
      startBulk(ctx.deps, { ...bulk, options, requestedBy: ctx.actor }, meant),
    );
    ctx.deps.executorKick();
    return started;
  }),
  bulkStatus: theirs.viewer
    .input(z.strictObject({ bulkId: z.uuid('must be a UUID') }))
    .query(async ({ ctx, input }) =>
      found(await readBulk(ctx.deps.db, input.bulkId), 'bulk action', input.bulkId),
    ),
  withdraw: theirs.operator
    .input(taskCommand)
    .mutation(async ({ ctx, input }) =>
      commandTask(
        ctx.deps,
        await taskIdOf(ctx.deps, input),
        { type: 'withdraw', actor: ctx.actor, reason: input.reason ?? '' },
        input.requestId,
      ),
    ),
  /** From its checkpoint unless a full retry is asked for; a task without checkpoint starts at stage 1 in any case. */
  retry: theirs.operator
    .input(taskCommand.safeExtend({ fromCheckpoint: z.boolean().default(true) }))
    .mutation(async ({ ctx, input }) =>
      commandTask(
        ctx.deps,
        await taskIdOf(ctx.deps, input),
        { type: 'retry', actor: ctx.actor, reason: input.reason, fromCheckpoint: input.fromCheckpoint },
        input.requestId,
      ),
    ),
});

function commandOf(type: 'pause' | 'resume') {
  return theirs.operator.input(taskCommand).mutation(async ({ ctx, input }) => {
    const command: TaskCommandInput = { type, actor: ctx.actor, reason: input.reason };
    return commandTask(ctx.deps, await taskIdOf(ctx.deps, input), command, input.requestId);
  });
}

async function taskIdOf(deps: ApiDeps, ref: z.output<typeof taskRef>): Promise<string> {
  if (ref.taskId) return ref.taskId;
  const tenantId = ref.tenantId ?? '';
  return found(await newestTaskOf(deps.db, tenantId), 'task of tenant', tenantId);
}

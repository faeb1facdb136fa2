import { z } from 'zod';
import { eventsAfter, newestTaskOf, planSnapshot, taskDetail } from '@/db/queries/plan-views';
import { readTask } from '@/db/queries/runs';
import { NotFound } from '@/server/commands/refused';
import { commandTask, type TaskCommandInput } from '@/server/commands/task-commands';
import { explain } from '@/server/domain/explain';
import { planIdOf, TASK_STATUSES } from '@/server/domain/task';
import { planId, taskCommand, taskRef } from '../inputs';
import { tellIfRemoved } from '../removed-events';
import { type ApiDeps, operator, router, viewer } from '../trpc';

export const tasks = router({
  get: viewer.input(taskRef).query(async ({ ctx, input }) => {
    const id = await taskIdOf(ctx.deps, input);
    const detail = await taskDetail(ctx.deps.db, id);
    if (!detail) throw new NotFound('task', id);
    const { view, stages } = detail;
    return { ...detail, why: explain({ ...detail, ...view, totalStages: stages.length }) };
  }),

  list: viewer
    .input(
      z.object({
        planId,
        status: z.array(z.enum(TASK_STATUSES)).optional(),
        q: z.string().max(200).optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const snapshot = await planSnapshot(ctx.deps.db, input.planId, ctx.deps.maxRetry);
      if (!snapshot) throw new NotFound('plan', input.planId);
      const q = input.q?.toLowerCase();
      return snapshot.tasks.filter(
        (task) =>
          (!input.status?.length || input.status.includes(task.status)) &&
          (!q || task.tenantId.toLowerCase().includes(q) || task.tenantName.toLowerCase().includes(q)),
      );
    }),

  events: viewer
    .input(
      z.intersection(
        taskRef,
        z.object({
          after: z.number().int().min(0).default(0),
          limit: z.number().int().min(1).max(1000).default(500),
        }),
      ),
    )
    .query(async ({ ctx, input }) => {
      const id = await taskIdOf(ctx.deps, input);
      const events = await eventsAfter(ctx.deps.db, planIdOf(id), input.after, input.limit, id);
      if (events.length === 0 && !(await readTask(ctx.deps.db, id))) throw new NotFound('task', id);
      if (events.length === 0) await tellIfRemoved(ctx.deps.db, planIdOf(id), input.after);
      return events;
    }),

  pause: commandOf('pause'),
  resume: commandOf('resume'),
  cancel: commandOf('cancel'),
  rollback: commandOf('rollback'),
  withdraw: operator
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
  retry: operator
    .input(z.intersection(taskCommand, z.object({ fromCheckpoint: z.boolean().default(true) })))
    .mutation(async ({ ctx, input }) =>
      commandTask(
        ctx.deps,
        await taskIdOf(ctx.deps, input),
        { type: 'retry', actor: ctx.actor, reason: input.reason, fromCheckpoint: input.fromCheckpoint },
        input.requestId,
      ),
    ),
});

function commandOf(type: 'pause' | 'resume' | 'cancel' | 'rollback') {
  return operator.input(taskCommand).mutation(async ({ ctx, input }) => {
    const command: TaskCommandInput = { type, actor: ctx.actor, reason: input.reason };
    return commandTask(ctx.deps, await taskIdOf(ctx.deps, input), command, input.requestId);
  });
}

async function taskIdOf(
  deps: ApiDeps,
  ref: { taskId?: string | undefined; tenantId?: string | undefined },
): Promise<string> {
  if (ref.taskId) return ref.taskId;
  const id = await newestTaskOf(deps.db, ref.tenantId ?? '');
  if (!id) throw new NotFound('task of tenant', ref.tenantId ?? '');
  return id;
}

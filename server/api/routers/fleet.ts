import { z } from 'zod';
import { readFreezes } from '@/db/queries/execution';
import { failuresByPlan, fleetMap, recentLengths } from '@/db/queries/fleet';
import { FLEET_MATRIX_ORDER, fleetConvergence, fleetMatrix } from '@/db/queries/fleet-matrix';
import { newsOf } from '@/db/queries/news';
import { readExecutor } from '@/db/queries/nodes';
import { overridesInForce } from '@/db/queries/plan-freezes';
import { listPlans } from '@/db/queries/plan-lists';
import { countWaiting, waitingIn } from '@/db/queries/waiting';
import { activeFreezes } from '@/domain/freeze';
import { remainingOf } from '@/domain/remaining';
import { TOPICS } from '@/domain/view/news';
import { deciderOf } from '../approver';
import { nothing, slug } from '../inputs';
import { momentText } from '../moment-input';
import { pageInput } from '../page-input';
import { plainJson } from '../plain-json';
import { type ApiContext, baseMaxRetry, router, theirs } from '../trpc';

/** Plans under way that are told one by one. */
const MOST_PLANS = 20;

const waitingFor = async ({ deps: { db }, principal }: ApiContext) =>
  countWaiting(db, await deciderOf(db, principal));

export const fleet = router({
  /** Every tenant as columns: what it runs of a deploy unit and what it is in. */
  map: theirs.viewer
    .input(z.strictObject({ unitId: slug.optional() }).prefault({}))
    .query(async ({ ctx, input }) => plainJson(await fleetMap(ctx.deps.db, input.unitId))),

  /** What every instance of every tenant runs of a deploy unit, the worst first. */
  matrix: theirs.viewer
    .input(z.strictObject({ unitId: slug, ...pageInput(FLEET_MATRIX_ORDER, { usual: 500, most: 2000 }) }))
    .query(({ ctx, input: { unitId, ...asked } }) => fleetMatrix(ctx.deps.db, unitId, asked)),

  /** How the fleet came to the newest version of a unit that it runs. */
  convergence: theirs.viewer
    .input(z.strictObject({ unitId: slug.optional() }).prefault({}))
    .query(({ ctx, input }) => fleetConvergence(ctx.deps.db, input.unitId)),

  /** What is under way and what is wrong, over all plans. */
  overview: theirs.viewer.input(nothing).query(async ({ ctx }) => {
    const { db } = ctx.deps;
    const [open, failures, waiting, { now, freezes }, executor] = await Promise.all([
      listPlans(db, {
        status: ['RUNNING', 'PAUSED', 'ROLLING_BACK'],
        limit: MOST_PLANS,
        maxRetry: baseMaxRetry(ctx.deps),
      }),
      failuresByPlan(db),
      waitingFor(ctx),
      readFreezes(db),
      readExecutor(db),
    ]);
    const planIds = open.items.map(({ planId }) => planId);
    const [lengths, waits] = await Promise.all([recentLengths(db, planIds), waitingIn(db, planIds)]);
    const alive = executor.nodes.filter((node) => node.alive);
    return {
      plans: open.items.map((plan) => ({
        planId: plan.planId,
        name: plan.name,
        unitName: plan.unitName,
        version: plan.version,
        status: plan.status,
        percent: plan.percent,
        headline: plan.headline,
        failed: plan.failed,
        byStatus: plan.byStatus,
        createdBy: plan.createdBy,
        waiting: waits.get(plan.planId) ?? 0,
        remaining: remainingOf(plan, plan.byStatus, lengths.get(plan.planId) ?? null),
      })),
      plansTotal: open.total,
      failures,
      ...waiting,
      freezes: activeFreezes(freezes, now),
      /** Plans that freezes do not hold for a while. */
      overrides: await overridesInForce(db, now),
      executor: {
        stopped: executor.stopped,
        nodes: alive.length,
        executing: alive.filter(({ executing }) => executing).length,
        slots: executor.slots,
        active: executor.active,
        queued: executor.queued,
      },
    };
  }),

  /** What happened since a moment, for whoever wants to be told. */
  news: theirs.viewer
    .input(
      z.strictObject({
        topics: z.array(z.enum(TOPICS)).min(1).max(TOPICS.length),
        /** The `now` of an answer before; nothing is news without it. */
        after: momentText.optional(),
        mine: z.boolean().default(false),
      }),
    )
    .query(({ ctx, input: { topics, after, mine } }) =>
      newsOf(ctx.deps.db, {
        topics,
        after: after === undefined ? undefined : new Date(after),
        madeBy: mine ? ctx.actor : undefined,
      }),
    ),

  /** How much waits for somebody, for the navigation. */
  attention: theirs.viewer.input(nothing).query(async ({ ctx }) => {
    const [waiting, failures] = await Promise.all([waitingFor(ctx), failuresByPlan(ctx.deps.db)]);
    return {
      ...waiting,
      failures: failures.reduce((sum, { count }) => sum + count, 0),
    };
  }),
});

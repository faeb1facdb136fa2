import { z } from 'zod';
import { readBrakes } from '@/db/queries/execution';
import { freezesOfPlan } from '@/db/queries/plan-freezes';
import { readPlan } from '@/db/queries/runs';
import { readOverrideRule } from '@/db/queries/settings';
import { activeFreezes } from '@/domain/freeze';
import { overrideStands, USUAL_OVERRIDE, usualEnd } from '@/domain/freeze-override';
import { commandPlan } from '@/server/commands/plan-commands';
import { approverOf } from '../approver';
import { found } from '../expected';
import { planCommand, planId, planRef, requestId, requiredReason } from '../inputs';
import { moment, momentText } from '../moment-input';
import { theirs, wholePlan } from '../trpc';

/** What of a plan is about freezes: those that hold it, and that they do not for a while. */
export const planOverrides = {
  /** The freezes that hold now for tenants of the plan that are not done, and the override that it has. */
  freezes: theirs.viewer.input(planRef).query(async ({ ctx, input }) => {
    const { db } = ctx.deps;
    found(await readPlan(db, input.planId), 'plan', input.planId);
    const { now, freezes, override } = await readBrakes(db, input.planId);
    return {
      freezes: await freezesOfPlan(db, input.planId, activeFreezes(freezes, now)),
      override,
      stands: overrideStands(override, now),
      /** What an override that is asked for now takes. */
      rule: (await readOverrideRule(db)) ?? USUAL_OVERRIDE,
    };
  }),

  /** Asks that freezes do not hold this plan; who may grant that alone, has. */
  overrideFreezes: wholePlan.operator
    .input(
      z.strictObject({
        planId,
        reason: requiredReason,
        /** As long as the freezes hold that hold the plan now, when nothing is said. */
        until: moment.optional(),
        requestId,
      }),
    )
    .mutation(async ({ ctx, input: { planId: id, reason, until: given, requestId: request } }) => {
      const { db } = ctx.deps;
      const { now, freezes } = await readBrakes(db);
      const holding = given ? [] : await freezesOfPlan(db, id, activeFreezes(freezes, now));
      const until = given ?? usualEnd(holding, now);
      const rule = (await readOverrideRule(db)) ?? USUAL_OVERRIDE;
      const approver = await approverOf(db, ctx.principal, id);
      const asked = { type: 'overrideFreezes', actor: ctx.actor, reason, until, rule, approver } as const;
      return commandPlan(ctx.deps, id, asked, request);
    }),

  /** One of the people whom an override waits for. */
  approveOverride: wholePlan.operator
    .input(
      planCommand.extend({
        /** When the override was asked for that they looked at; another one since is not approved. */
        askedAt: momentText.optional(),
      }),
    )
    .mutation(async ({ ctx, input: { planId: id, reason, askedAt, requestId: request } }) => {
      const approver = await approverOf(ctx.deps.db, ctx.principal, id);
      const given = { type: 'approveOverride', actor: ctx.actor, reason, approver, askedAt } as const;
      return commandPlan(ctx.deps, id, given, request);
    }),

  /** Freezes hold the plan again, or nobody is waited for any more. */
  withdrawOverride: wholePlan.operator
    .input(planCommand)
    .mutation(({ ctx, input: { planId: id, reason, requestId: request } }) =>
      commandPlan(ctx.deps, id, { type: 'withdrawOverride', actor: ctx.actor, reason }, request),
    ),
};

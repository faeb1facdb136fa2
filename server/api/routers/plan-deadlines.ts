import { commandPlan } from '@/server/commands/plan-commands';
import { CommandRefused, InvalidInput } from '@/server/input/refused';
import { deadlineInput } from '../deadline-input';
import { wholePlan } from '../trpc';

/** What of a plan is about when it has to be finished. */
export const planDeadlines = {
  /** Sets until when a plan may begin anything, moves that, or takes it away. */
  setDeadline: wholePlan.operator
    .input(deadlineInput)
    .mutation(async ({ ctx, input: { planId, finishBy, atDeadline: otherwise, seen, requestId } }) => {
      try {
        const asked = { type: 'setDeadline', actor: ctx.actor, finishBy, otherwise, seen } as const;
        return await commandPlan(ctx.deps, planId, asked, requestId);
      } catch (error) {
        // A moment that cannot be is a wrong field, not a plan that does not allow it.
        if (error instanceof CommandRefused && error.rejection.code === 'OUT_OF_RANGE')
          throw new InvalidInput('finishBy', error.message);
        throw error;
      }
    }),
};

export const PLAN_INTENTS = ['none', 'pause', 'cancel', 'rollback', 'close'] as const;
/** What the operator wants of the whole plan; tasks follow it at their next boundary. */
export type PlanIntent = (typeof PLAN_INTENTS)[number];

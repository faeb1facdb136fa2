/** What a webhook may be told of. Which events belong to which topic is in the database function `collect_notifications`. */
export const TOPICS = ['planFinished', 'planHalted', 'taskFailed', 'approvalNeeded'] as const;
export type Topic = (typeof TOPICS)[number];

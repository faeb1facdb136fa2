/** What may be asked of many tasks at once. */
export const BULK_ACTIONS = ['pause', 'resume', 'cancel', 'retry', 'rollback'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

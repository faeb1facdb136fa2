import type { TaskStatus } from '@/domain/task';

/** Finished work on the left, what needs a person next to it, what has not begun on the right. */
export const BAR_ORDER: readonly TaskStatus[] = [
  'COMPLETED',
  'ROLLED_BACK',
  'RUNNING',
  'ROLLING_BACK',
  'PAUSED',
  'FAILED',
  'ROLLBACK_FAILED',
  'VALIDATION_FAILED',
  'CANCELLED',
  'PENDING',
  'VALIDATING',
  'CREATED',
];

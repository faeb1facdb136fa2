import type { EventKind } from '@/domain/events';

/** What somebody may want to hear of: a webhook, or a person who looks elsewhere. An approval asks for a pause. */
export const TOPICS = [
  'planFinished',
  'planHalted',
  'planUnapproved',
  'taskFailed',
  'rollbackFailed',
  'taskRolledBack',
  'approvalNeeded',
] as const;
export type Topic = (typeof TOPICS)[number];

/** What stands still until somebody does something: told also in quiet hours, where somebody wants it. */
export const URGENT_TOPICS = ['planHalted', 'planUnapproved', 'approvalNeeded'] as const satisfies Topic[];

/** Which events belong to which topic. */
export const NEWS_KINDS = {
  planFinished: ['PlanCompleted', 'PlanPartiallyFailed', 'PlanFailed', 'PlanCancelled', 'PlanRolledBack'],
  planHalted: ['PlanHalted', 'PlanStartMissed', 'DeadlinePassed'],
  planUnapproved: ['StartApprovalNeeded', 'FreezeOverrideAsked'],
  taskFailed: ['TaskFailed'],
  rollbackFailed: ['TaskRollbackFailed'],
  taskRolledBack: ['TaskRolledBack'],
  approvalNeeded: ['TaskPaused'],
} as const satisfies Record<Topic, readonly EventKind[]>;

/** One thing that happened, for people who look elsewhere. */
export interface NewsItem {
  /** The same however often it is told: plan and number of the event. */
  eventId: string;
  topic: Topic;
  kind: (typeof NEWS_KINDS)[Topic][number];
  planId: string;
  planName: string;
  taskId: string | null;
  tenantName: string | null;
}

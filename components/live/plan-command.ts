import type { RequestKind, Resolution } from '@/domain/task';

/** What an operator answers to a task that waits for them. */
export type Decision = 'approve' | 'reject' | Resolution;

/** A command that was sent and of which nothing is known yet; `at` is the browser's clock. */
export interface PendingCommand {
  kind: RequestKind | Decision | 'withdraw';
  at: number;
}

import type { Approver } from './approval';
import type { Resolution } from './task';

/** What may be asked of many tasks at once. */
export const BULK_ACTIONS = [
  'pause',
  'resume',
  'cancel',
  'retry',
  'rollback',
  'resolve',
  'approve',
  'reject',
] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What a bulk action says besides its name; absent where it does not apply. */
export interface BulkOptions {
  /** Cancel and rollback: end the stage under way instead of waiting for its boundary. */
  now?: boolean | undefined;
  /** Rollback: to this version instead of the one before. */
  toVersion?: string | undefined;
  /** Resolve: what was decided. */
  resolution?: Resolution | undefined;
  /** Approve: in whose name. */
  approver?: Approver | undefined;
}

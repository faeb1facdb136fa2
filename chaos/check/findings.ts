import type { Violation } from './history';

/** Every promise the checker knows, one word each; the harness's own test names the one a planted defect breaks. */
export type Invariant =
  | 'sequence'
  | 'contiguous'
  | 'status'
  | 'state'
  | 'page'
  | 'approval'
  | 'boundary'
  | 'stages'
  | 'request'
  | 'recovery'
  | 'concurrency'
  | 'fifo'
  | 'planHold'
  | 'planStatus'
  | 'planRelease'
  | 'rollback'
  | 'waves'
  | 'newest'
  | 'rounds'
  | 'tries'
  | 'exclusion'
  | 'holds'
  | 'checkpoint'
  | 'versions'
  | 'instances'
  | 'fencing'
  | 'announced'
  | 'driver'
  | 'awake'
  | 'idempotency';

/** Collects what is wrong. */
export class Findings {
  readonly violations: (Violation & { invariant: Invariant })[] = [];

  add(invariant: Invariant, subject: string, message: string): void {
    this.violations.push({ invariant, subject, message });
  }
}

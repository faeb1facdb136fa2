/** When admission halts by itself. Each is optional; the first that is reached halts. */
export interface Thresholds {
  /** So many tasks failed. */
  failedCount?: number | undefined;
  /** Such a share of the plan's tasks failed, in percent. */
  failedPercent?: number | undefined;
  /** So many tasks failed one after the other. */
  consecutive?: number | undefined;
  /** So many tasks failed in the same step with the same error. */
  sameError?: number | undefined;
}

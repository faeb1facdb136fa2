/** What one instance was found to run, against what it should. */
export interface DriftFinding {
  instance: string;
  expected: string;
  /** Null when it did not say. */
  observed: string | null;
  detail: string;
}

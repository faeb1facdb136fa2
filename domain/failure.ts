/** What went wrong, in the same shape everywhere it is shown or stored. `at` is ISO 8601, database time. */
export interface Failure {
  errorType: ErrorType;
  code: string;
  message: string;
  at: string;
  retryable: boolean;
  step: string | null;
  instance: string | null;
}

export const ERROR_TYPES = [
  'VALIDATION',
  'NETWORK',
  'TIMEOUT',
  'BUSINESS',
  'SYSTEM',
  'SERVICE_UNAVAILABLE',
  'IN_DOUBT',
  'DRIFT',
  'UNKNOWN',
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

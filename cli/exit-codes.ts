import type { PlanStatus } from '@/domain/plan';

/** What a pipeline can act on; documented in `switchyard --help` and docs/migration-guide.md. */
export const EXIT = {
  completed: 0,
  refused: 1,
  failures: 2,
  /** Of a comparison: there are differences. */
  different: 2,
  undecided: 3,
  withdrawn: 4,
  unreachable: 5,
  /** As of a program that ends by Ctrl-C. */
  interrupted: 130,
} as const;

/** How a plan that has this status ended; null while it has not. */
export const EXIT_OF: Record<PlanStatus, number | null> = {
  CREATED: null,
  VALIDATING: null,
  READY: null,
  RUNNING: null,
  PAUSED: null,
  ROLLING_BACK: null,
  COMPLETED: EXIT.completed,
  PARTIAL_FAILED: EXIT.failures,
  FAILED: EXIT.failures,
  CANCELLED: EXIT.withdrawn,
  ROLLED_BACK: EXIT.withdrawn,
};

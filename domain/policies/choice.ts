/**
 * The policies a plan or a playbook may choose (SPEC 7), as data: the first kind of each is the default. What a kind
 * does stands in the file of its name beside this one.
 */
export interface Policies {
  retry: RetryPolicy;
  pause: PausePolicy;
  completion: CompletionPolicy;
  rollback: RollbackPolicy;
  healthCheck: HealthCheckPolicy;
  checkpoint: CheckpointPolicy;
}

/** Whether a failed task is retried without an operator. Delays in seconds; `attempts` counts retries. */
export type RetryPolicy =
  | { kind: 'none' }
  | { kind: 'fixed'; attempts: number; delaySeconds: number }
  | { kind: 'exponential'; attempts: number; baseSeconds: number; maxSeconds: number };

/** Where a plan stops by itself for an operator to look. */
export type PausePolicy = { kind: 'none' } | { kind: 'beforeStage'; stage: string } | { kind: 'afterCanary' };

/** When a settled plan counts as completed. */
export type CompletionPolicy = { kind: 'all' } | { kind: 'percent'; percent: number };

/** What follows when a stage fails. */
export type RollbackPolicy = { kind: 'manual' } | { kind: 'automatic' };

/** How many rounds in a row must find every instance on the expected version. */
export type HealthCheckPolicy = { kind: 'allInOneRound' } | { kind: 'consecutiveRounds'; rounds: number };

/** Whether a retry may go on after the last completed stage. */
export type CheckpointPolicy = { kind: 'eachStage' } | { kind: 'none' };

/** A plan or playbook need not choose every policy. */
export type PolicyChoice = { [K in keyof Policies]?: Policies[K] | undefined };

export const DEFAULT_POLICIES: Policies = {
  retry: { kind: 'none' },
  pause: { kind: 'none' },
  completion: { kind: 'all' },
  rollback: { kind: 'manual' },
  healthCheck: { kind: 'allInOneRound' },
  checkpoint: { kind: 'eachStage' },
};

/** The plan's choice comes before the playbook's, the default last. */
export function effectivePolicies(plan: PolicyChoice = {}, playbook: PolicyChoice = {}): Policies {
  const pick = <K extends keyof Policies>(key: K): Policies[K] =>
    (plan[key] ?? playbook[key] ?? DEFAULT_POLICIES[key]) as Policies[K];
  return {
    retry: pick('retry'),
    pause: pick('pause'),
    completion: pick('completion'),
    rollback: pick('rollback'),
    healthCheck: pick('healthCheck'),
    checkpoint: pick('checkpoint'),
  };
}

/** A plan that was handed to this process. `id` and `retryCount` name the handing over: a later one is not this one. */
export interface PlanJob {
  planId: string;
  id: string;
  retryCount: number;
}

/**
 * Hands each plan that somebody has to drive to one process (SPEC 7). What is to be driven is in the rows: a job is how
 * it gets to somebody, and whoever takes a plan raises its epoch before anything else.
 */
export interface PlanQueue {
  start(): Promise<void>;
  /** Somebody has to drive these; one that waits or is driven already is left as it is. */
  offer(planIds: readonly string[]): Promise<void>;
  /** How many plans wait for a driver or have one, how many of them wait, and how many since so long. */
  survey(sinceMillis: number): Promise<{ plans: number; waiting: number; left: number }>;
  /** Plans that wait for a driver, at most so many; they are this process's from now on. */
  take(most: number): Promise<PlanJob[]>;
  /** Says that these are driven. Returns those that still are this process's. */
  beat(jobs: readonly PlanJob[]): Promise<PlanJob[]>;
  /** The plan rests. */
  finish(job: PlanJob): Promise<void>;
  /** The plan goes to whoever takes it next, at once; also one that another process had. */
  giveOn(jobs: readonly PlanJob[]): Promise<void>;
  /** What a process drives that is gone. */
  ofNodes(nodeIds: readonly string[]): Promise<PlanJob[]>;
  stop(): Promise<void>;
}

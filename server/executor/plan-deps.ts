import type { Database } from '@/db/client';
import type { TaskMachine } from '@/domain/task-transition';
import type { Committer } from '@/server/commands/commit-transition';
import type { BaseLayers } from '@/server/settings/live-settings';
import type { LastLook } from './last-look';
import type { WaveMeasuring } from './wave-measuring';

/** What a plan is looked at with. */
export interface PlanDeps {
  db: Database;
  committer: Committer;
  layers(): BaseLayers;
  transition: TaskMachine;
  /** Told when something was stored that leaves more to do in the plan. */
  again(): void;
  /** Given where tenants are looked at once more before their plan completes. */
  lastLook?: LastLook;
  /** Given where waves are measured. */
  measuring?: WaveMeasuring;
}

export interface AdmissionDeps extends PlanDeps {
  /** Stores what somebody waits for without waiting for what other plans store. */
  promptly: Committer;
  /** A task that starts for the first time is claimed for this process at once. */
  nodeId: string;
}

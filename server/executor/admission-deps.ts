import type { Database } from '@/db/client';
import type { TaskMachine } from '@/domain/task-transition';
import type { Committer } from '@/server/commands/commit-transition';
import type { BaseLayers } from '@/server/settings/live-settings';
import type { LastLook } from './last-look';

/** What plans are looked at and admitted from with. */
export interface AdmissionDeps {
  db: Database;
  committer: Committer;
  layers(): BaseLayers;
  transition: TaskMachine;
  /** Given where tenants are looked at once more before their plan completes. */
  lastLook?: LastLook;
  /** Given where this process runs what it admits: then a task that starts for the first time is claimed at once. */
  claimFor?: string;
}

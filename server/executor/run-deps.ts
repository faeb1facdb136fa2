import type { Logger } from 'pino';
import type { Dispatcher as HttpDispatcher } from 'undici';
import type { RunMaterial } from '@/db/queries/execution';
import type { SecretsOf } from '@/server/security/open-secrets';
import type { SecretBox } from '@/server/security/secrets';
import type { CheckpointStore } from './checkpoints/checkpoint-store';
import type { RunSession, SessionDeps } from './run-session';

/** What a run is carried out with. */
export interface RunDeps extends SessionDeps {
  nodeId: string;
  /** What the run needs besides the task; null when there is no such task, or none that could be run. */
  readRun(taskId: string): Promise<RunMaterial | null>;
  http: HttpDispatcher;
  checkpoints: CheckpointStore;
  log: Logger;
  /** The tenant's secrets by name, for this run only. */
  secretsOf: SecretsOf;
  /** Seals what stages leave for later ones and nobody may see. */
  secretBox: SecretBox;
  /** True once the process is going down: stages end at their boundary, nothing new begins. */
  draining(): boolean;
  /** Hands the live session over, so that heartbeats can be written for it. */
  began(session: RunSession): void;
  /** Told after every step, for metrics. */
  stepEnded?(type: string, ok: boolean, seconds: number): void;
}

import type { PausePolicy } from './choice';

/** Whether each task stops before this stage. */
export const pausesBefore = (policy: PausePolicy, stage: string | undefined): boolean =>
  policy.kind === 'beforeStage' && policy.stage === stage;

/** Whether the plan stops after this wave; the canary is the first one. */
export const pausesAfterWave = (policy: PausePolicy, wave: number): boolean =>
  policy.kind === 'afterCanary' && wave === 0;

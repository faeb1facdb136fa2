import type { CheckpointPolicy } from './choice';

/** Whether a retry may go on after the last completed stage. A recovery always does. */
export const keepsCheckpoints = (policy: CheckpointPolicy): boolean => policy.kind === 'eachStage';

import type { TaskState } from '@/domain/task';

export type StageData = Record<string, unknown>;

/** Under what stage data is stored. Which key counts is on the task's row (`dataAt`), in the committing statement. */
export interface CheckpointKey {
  taskId: string;
  direction: TaskState['direction'];
  epoch: number;
  stageIndex: number;
}

/**
 * Keeps what completed stages leave for later ones. Data is saved before the commit that points at it: a commit that
 * never comes leaves data nobody asks for, never a pointer without data. Saving under the same key again replaces it.
 * All methods reject when the store does not answer; the caller tries again.
 */
export interface CheckpointStore {
  readonly kind: 'postgres' | 'redis' | 'memory';
  save(key: CheckpointKey, data: StageData): Promise<void>;
  /** The data of the keys that are there, by {@link keyText}. */
  load(keys: readonly CheckpointKey[]): Promise<Map<string, StageData>>;
  /**
   * Forgets the data of these tasks in one direction, of that epoch and those before. A drop may come late: what a run
   * that began since has saved, under a later epoch, stays.
   */
  drop(tasks: readonly Omit<CheckpointKey, 'stageIndex'>[]): Promise<void>;
  /** Tasks of which there is any data, for the sweep. */
  taskIds(): Promise<string[]>;
  close(): Promise<void>;
}

/** One key as text, to look up what {@link CheckpointStore.load} found. */
export const keyText = ({ taskId, direction, epoch, stageIndex }: CheckpointKey): string =>
  `${taskId}:${direction}:${epoch}:${stageIndex}`;

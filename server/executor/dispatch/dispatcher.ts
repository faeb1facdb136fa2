import type { RunMaterial } from '@/db/queries/execution';

/** One admitted run: the task, and which admission of it this is. Together they name the job. */
export interface Dispatch {
  taskId: string;
  run: number;
  /** What the statement that admitted it took over for this process at once. */
  claimed?: RunMaterial;
}

/**
 * Carries out one run in this process. Resolves when the task rests; rejects with {@link RunLeft} when it must be
 * handed to whoever takes it next. `signal` fires when the run was taken away.
 */
export type RunHandler = (dispatch: Dispatch, signal: AbortSignal) => Promise<void>;

/** The task still runs, but not here: the engine hands it over. */
export class RunLeft extends Error {
  override readonly name = 'RunLeft';
}

/**
 * Delivers admitted runs to a process. Deliveries are hints: one may come twice or late, the handler decides from the
 * rows. What is guaranteed: a dispatched run reaches some live process, again after that process died.
 */
export interface Dispatcher {
  readonly mode: 'local' | 'pg-boss';
  start(handler: RunHandler): Promise<void>;
  dispatch(runs: readonly Dispatch[]): Promise<void>;
  /** Runs that the rows call running and nobody has: what the sweep sends again. */
  lost(active: readonly Dispatch[]): Promise<Dispatch[]>;
  /** Takes nothing new and waits for what runs, at most `graceMillis`; then aborts it. */
  stop(graceMillis: number): Promise<void>;
}

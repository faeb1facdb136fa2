import type { Dispatch, Dispatcher, RunHandler } from './dispatcher';
import { withDeadline } from './with-deadline';

/** Runs everything in this process, which holds the executor's lock. */
export class LocalDispatcher implements Dispatcher {
  readonly mode = 'local';
  #handler: RunHandler | null = null;
  readonly #active = new Map<string, { run: number; done: Promise<void>; abort: AbortController }>();

  async start(handler: RunHandler): Promise<void> {
    this.#handler = handler;
  }

  async dispatch(runs: readonly Dispatch[]): Promise<void> {
    for (const one of runs) this.#begin(one);
  }

  async lost(active: readonly Dispatch[]): Promise<Dispatch[]> {
    return active.filter((one) => !this.#active.has(one.taskId));
  }

  async stop(graceMillis: number): Promise<void> {
    this.#handler = null;
    const running = [...this.#active.values()];
    const finished = Promise.allSettled(running.map((one) => one.done));
    if (await withDeadline(finished, graceMillis)) return;
    for (const one of running) one.abort.abort(new Error('The process is going down.'));
    await finished;
  }

  #begin(dispatch: Dispatch): void {
    const handler = this.#handler;
    if (!handler || this.#active.has(dispatch.taskId)) return;
    const abort = new AbortController();
    // The handler logs what went wrong; what it left behind is found again by the sweep.
    const done = handler(dispatch, abort.signal)
      .catch(() => {})
      .finally(() => this.#active.delete(dispatch.taskId));
    this.#active.set(dispatch.taskId, { run: dispatch.run, done, abort });
  }
}

import { setMaxListeners } from 'node:events';

/**
 * A controller that `signal` aborts as well, until it is let go. `AbortSignal.any` does the same through weak references,
 * which are looked through whenever garbage is collected: four of them were a twentieth of what a task costs the process.
 */
export function abortedBy(signal: AbortSignal): { abort: AbortController; letGo(): void } {
  const abort = new AbortController();
  const follow = () => abort.abort(signal.reason);
  // As many follow a plan's signal as it has runs.
  setMaxListeners(0, signal);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return { abort, letGo: () => signal.removeEventListener('abort', follow) };
}

/** Somebody pressed Ctrl-C, and was told in words what that leaves behind. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What is waited for, until somebody presses Ctrl-C: then it throws {@link Interrupted}, and what was begun goes on without a listener. */
export async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Nobody waits for it any more then, and its end is no fault.
  work.catch(() => {});
  let left = () => {};
  const interrupted = new Promise<never>((_resolve, reject) => {
    left = () => reject(new Interrupted('Interrupted.'));
    if (signal.aborted) left();
    else signal.addEventListener('abort', left, { once: true });
  });
  try {
    return await Promise.race([work, interrupted]);
  } catch (error) {
    // What was waited for may end by the same signal, in words of its own.
    throw signal.aborted ? new Interrupted('Interrupted.') : error;
  } finally {
    signal.removeEventListener('abort', left);
  }
}

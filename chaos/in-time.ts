import { setTimeout as delay } from 'node:timers/promises';

/** What `promise` brings; throws, naming `what`, when it is not there after so long: some answers never come, nor an error. */
export async function inTime<T>(promise: Promise<T>, millis: number, what: string): Promise<T> {
  const stop = new AbortController();
  const late = async () => {
    await delay(millis, undefined, { signal: stop.signal });
    throw new Error(`${what}: not within ${millis} ms`);
  };
  try {
    return await Promise.race([promise, late()]);
  } finally {
    stop.abort();
  }
}

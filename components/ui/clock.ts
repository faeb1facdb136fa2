'use client';

import { useSyncExternalStore } from 'react';
import { useNow } from 'use-intl';

const TICK_MILLIS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let current = 0;
let stands = false;

/** Lets all clocks of the page stand still, or go on from the present: what is shown may be no longer so. */
export function holdClocks(still: boolean): void {
  if (stands === still) return;
  stands = still;
  if (still) return;
  current = Date.now();
  for (const listener of listeners) listener();
}

/** One timer for the whole page, running only while something on it shows the time. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (stands) return;
    current = Date.now();
    for (const each of listeners) each();
  }, TICK_MILLIS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    current = 0;
  };
}

function read(): number {
  if (current === 0) current = Date.now();
  return current;
}

/** The time in epoch milliseconds, to the second; while the page hydrates, the time at which the server rendered it. */
export function useClock(): number {
  const rendered = useNow().getTime();
  return useSyncExternalStore(subscribe, read, () => rendered);
}

/** Something that follows from the time, in epoch milliseconds: re-renders only when it is another value. */
export function useByClock<T extends string | number | boolean>(of: (now: number) => T): T {
  const get = () => of(read());
  return useSyncExternalStore(subscribe, get, get);
}

'use client';

import { type RefObject, useEffect, useState } from 'react';

/** The keys that came before there was anybody to hear them. */
export interface EarlyKeys {
  /** Those so far; from now on somebody hears them. */
  take: () => KeyboardEvent[];
}

/** Whether somebody has done anything with this part of the page, or pressed a key; null until then. */
export function useFirstTouch(part: RefObject<HTMLElement | null>): EarlyKeys | null {
  const [keys, setKeys] = useState<EarlyKeys | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const early: KeyboardEvent[] = [];
    const take = () => {
      stop.abort();
      return early.splice(0);
    };
    const come = (event: Event) => {
      if (event instanceof KeyboardEvent) early.push(event);
      setKeys((known) => known ?? { take });
    };
    const { signal } = stop;
    window.addEventListener('keydown', come, { signal });
    part.current?.addEventListener('pointerover', come, { signal });
    part.current?.addEventListener('focusin', come, { signal });
    return () => stop.abort();
  }, [part]);
  return keys;
}

'use client';

import { type RefObject, useEffect, useState } from 'react';

/** What somebody did first with this part of the page, or on a key; null until then. */
export function useFirstTouch(part: RefObject<HTMLElement | null>): { key: KeyboardEvent | null } | null {
  const [touch, setTouch] = useState<{ key: KeyboardEvent | null } | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const come = (event: Event) => {
      stop.abort();
      setTouch({ key: event instanceof KeyboardEvent ? event : null });
    };
    const { signal } = stop;
    window.addEventListener('keydown', come, { signal });
    part.current?.addEventListener('pointerover', come, { signal });
    part.current?.addEventListener('focusin', come, { signal });
    return () => stop.abort();
  }, [part]);
  return touch;
}

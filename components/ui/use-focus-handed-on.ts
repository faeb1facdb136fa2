'use client';

import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { ancestorsOf, focusNearby } from './focus-nearby';

/**
 * For a button that is disabled while it works, and may go when its work is done: both take the focus from it without a
 * word. Whoever pressed it by a key is left on it, or beside where it was, and not at the top of the page.
 */
export function useFocusHandedOn(): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const had = useRef(false);

  useLayoutEffect(() => {
    const element = button.current;
    if (!element) return;
    const gained = () => {
      had.current = true;
    };
    const lost = () => {
      had.current = element.disabled;
    };
    element.addEventListener('focus', gained);
    element.addEventListener('blur', lost);
    return () => {
      element.removeEventListener('focus', gained);
      element.removeEventListener('blur', lost);
      const left = document.activeElement === element || document.activeElement === document.body;
      if (!had.current || !left) return;
      const ancestors = ancestorsOf(element);
      // What comes in its place is there when this change of the page is done.
      queueMicrotask(() => focusNearby(ancestors));
    };
  }, []);

  // It can be used again.
  useEffect(() => {
    if (had.current && document.activeElement === document.body)
      button.current?.focus({ preventScroll: true });
  });

  return button;
}

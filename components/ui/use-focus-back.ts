'use client';

import { useEffect, useState } from 'react';
import { ancestorsOf, focusNearby } from './focus-nearby';

/**
 * Gives the focus back, when this is taken away, to what had it before. Mantine does so only for a dialog that was already
 * in place when it opened: not for one that is mounted open, and not for the first whose code had to be fetched. Where
 * what had it is gone by then, what is left nearest to it gets it.
 */
export function useFocusBack(): void {
  const [opener] = useState(() => {
    const element = document.activeElement;
    return { element, ancestors: ancestorsOf(element) };
  });
  useEffect(
    () => () => {
      const { element, ancestors } = opener;
      if (element?.isConnected && element instanceof HTMLElement) element.focus({ preventScroll: true });
      // Until this change of the page is done, the focus is still within.
      else queueMicrotask(() => focusNearby(ancestors));
    },
    [opener],
  );
}

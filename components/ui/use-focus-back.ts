'use client';

import { useEffect, useState } from 'react';

/**
 * Gives the focus back, when this is taken away, to what had it before. Mantine does so only for a dialog that was already
 * in place when it opened: not for one that is mounted open, and not for the first whose code had to be fetched.
 */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    },
    [opener],
  );
}

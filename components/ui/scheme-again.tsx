'use client';

import { useEffect } from 'react';

/**
 * Chooses light or dark once more: a page that says "not found" is made in the browser alone, where the script in the head
 * that chooses before the first paint does not run.
 */
export function SchemeAgain({ theme }: { theme: 'light' | 'dark' | 'auto' }) {
  useEffect(() => {
    const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  }, [theme]);
  return null;
}

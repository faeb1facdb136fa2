'use client';

import { useSyncExternalStore } from 'react';
import { remember } from './preferences';

const COOKIE = 'shortcuts';
const listeners = new Set<() => void>();

const enabled = () => !/(?:^|; )shortcuts=off(?:;|$)/.test(document.cookie);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether single letters are shortcuts: who speaks to the computer, or trembles, can switch them off (WCAG 2.1.4). */
export function useShortcutsEnabled(): boolean {
  return useSyncExternalStore(subscribe, enabled, () => true);
}

/**
 * Kept in a cookie, as the other preferences are.
 * @public
 */
export function rememberShortcuts(on: boolean): void {
  remember(COOKIE, on ? 'on' : 'off');
  for (const listener of listeners) listener();
}

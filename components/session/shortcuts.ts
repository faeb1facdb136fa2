'use client';

import { useSyncExternalStore } from 'react';
import { forgetCookie, readCookie, writeCookie } from './preferences';

const COOKIE = 'shortcuts';
const OFF = 'off';
const listeners = new Set<() => void>();

/** Whether keys without a modifier do anything: who dictates, or leans on the keyboard, switches them off (WCAG 2.1.4). */
export function useShortcutsEnabled(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    shortcutsEnabled,
    () => true,
  );
}

/** The same for whoever hears a key rather than renders. */
export const shortcutsEnabled = (): boolean => readCookie(COOKIE) !== OFF;

export function rememberShortcuts(on: boolean): void {
  if (on) forgetCookie(COOKIE);
  else writeCookie(COOKIE, OFF);
  for (const listener of listeners) listener();
}

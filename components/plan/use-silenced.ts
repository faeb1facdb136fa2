'use client';

import { useSyncExternalStore } from 'react';
import { readSilenced, type Silenced, silencedIn, withSilence } from './silenced';

const KEY = 'switchyard-silenced-failures';
const listeners = new Set<() => void>();

/** As it was last read: the same object while the text is the same. */
let known: { text: string | null; silenced: Silenced } = { text: null, silenced: [] };

function kept(): Silenced {
  const text = localStorage.getItem(KEY);
  if (text !== known.text) known = { text, silenced: readSilenced(text ?? undefined) };
  return known.silenced;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab has silenced something.
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

const NONE: Silenced = [];

/** Which problems of a plan this browser does not show any more, and how to silence one or tell it again. */
export function useSilenced(planId: string) {
  const silenced = useSyncExternalStore(subscribe, kept, () => NONE);
  return {
    causes: silencedIn(silenced, planId),
    silence: (cause: string, on: boolean) => {
      localStorage.setItem(KEY, JSON.stringify(withSilence(kept(), planId, cause, on)));
      for (const listener of listeners) listener();
    },
  };
}

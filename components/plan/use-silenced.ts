'use client';

import { useLocalStorage } from '@mantine/hooks';
import { readSilenced, type Silenced, silencedIn, withSilence } from './silenced';

/** Which problems of a plan this browser does not show any more, and how to silence one or tell it again. */
export function useSilenced(planId: string) {
  const [kept, setKept] = useLocalStorage<Silenced>({
    key: 'switchyard-silenced-failures',
    defaultValue: [],
    deserialize: readSilenced,
    getInitialValueInEffect: false,
  });
  return {
    causes: silencedIn(kept, planId),
    silence: (cause: string, on: boolean) => setKept((before) => withSilence(before, planId, cause, on)),
  };
}

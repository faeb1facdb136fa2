'use client';

import { useLocalStorage } from '@mantine/hooks';
import { useMemo } from 'react';
import { parseUnique } from '@/domain/unique-keys';
import type { Json } from './json-value';

/** A playbook while it is written. The text is what counts: the form and the JSON are two views of it. */
export interface WrittenPlaybook {
  playbookId: string;
  name: string;
  definition: string;
}

const KEY = 'switchyard-playbook';

/** What is written and not saved yet, kept by this browser; `stored` is what it began from. */
export function useWrittenPlaybook(stored: WrittenPlaybook, isNew: boolean) {
  const [kept, setKept, forget] = useLocalStorage<{ base: string; written: WrittenPlaybook } | null>({
    key: `${KEY}:${isNew ? 'new' : stored.playbookId}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  // What somebody else saved meanwhile is not overwritten by what was begun before.
  const base = isNew ? '' : stored.definition;
  const written = kept?.base === base ? kept.written : stored;
  const read = useMemo(() => parsed(written.definition), [written.definition]);
  return {
    written,
    ...read,
    changed: kept?.base === base,
    change: (part: Partial<WrittenPlaybook>) => setKept({ base, written: { ...written, ...part } }),
    forget,
  };
}

function parsed(text: string): { definition: Json; unreadable: string | null } {
  try {
    return { definition: parseUnique(text) as Json, unreadable: null };
  } catch (error) {
    return { definition: null, unreadable: error instanceof Error ? error.message : String(error) };
  }
}

'use client';

import { useLocalStorage } from '@mantine/hooks';
import { parseAsString, useQueryState, useQueryStates } from 'nuqs';
import { useEffect, useRef, useState } from 'react';
import { newRequestId } from '@/components/api/request-id';
import { PLAN_DRAFT_KEY } from '@/components/session/plan-draft';
import { type Draft, draftOf, EMPTY_DRAFT } from './draft';
import { givenDraft } from './given-choice';
import { type KeptDrafts, newestFirst, readKept, withDraft, withoutDraft } from './kept-drafts';

const KEY = 'switchyard-plan-drafts';
const newId = () => newRequestId().slice(0, 8);

/** The drafts of this browser and the one that is worked on; it is kept with every change until it has become a plan. */
export function useDrafts() {
  const [kept, setKept] = useLocalStorage<KeptDrafts>({
    key: KEY,
    defaultValue: {},
    deserialize: readKept,
    getInitialValueInEffect: false,
  });
  const [asked, setAsked] = useQueryState('draft');
  const [given, setGiven] = useQueryStates({
    tenants: parseAsString,
    unit: parseAsString,
    version: parseAsString,
    playbook: parseAsString,
  });
  const handed = useRef(handedOver());
  // Tenants that come with the link, or from another screen, begin a draft of their own.
  const fresh = given.tenants !== null || handed.current !== null;
  const [first] = useState(() => (fresh ? newId() : (newestFirst(kept)[0]?.id ?? newId())));
  const id = asked ?? first;
  const [restored, setRestored] = useState(() => (kept[id] ? id : null));
  const draft = kept[id]?.draft ?? EMPTY_DRAFT;

  const change = (part: Partial<Draft>) => {
    if (asked === null) void setAsked(id);
    setKept((before) =>
      withDraft(before, id, { ...(before[id]?.draft ?? EMPTY_DRAFT), ...part }, new Date()),
    );
  };
  const open = (other: string) => {
    setRestored(kept[other] ? other : null);
    void setAsked(other, { history: 'push' });
  };
  const apply = useRef(change);
  apply.current = change;
  useEffect(() => {
    const part = { ...handed.current, ...givenDraft(given) };
    handed.current = null;
    localStorage.removeItem(PLAN_DRAFT_KEY);
    if (Object.keys(part).length === 0) return;
    apply.current(part);
    void setGiven({ tenants: null, unit: null, version: null, playbook: null });
  }, [given, setGiven]);

  return {
    draft,
    change,
    id,
    /** When this one was saved, if it was there before. */
    restoredAt: restored === id ? (kept[id]?.savedAt ?? null) : null,
    others: newestFirst(kept).filter((one) => one.id !== id),
    open,
    begin: () => open(newId()),
    /** It has become a plan, or nobody wants it any more. */
    forget: () => setKept((before) => withoutDraft(before, id)),
  };
}

/** What another screen left for a new plan. */
function handedOver(): Draft | null {
  try {
    const text = localStorage.getItem(PLAN_DRAFT_KEY);
    return text === null ? null : draftOf(JSON.parse(text));
  } catch {
    return null;
  }
}

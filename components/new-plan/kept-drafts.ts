import { type Draft, draftOf } from './draft';

/** Drafts that this browser keeps, by id. */
export type KeptDrafts = Record<string, { draft: Draft; savedAt: string }>;

const MOST = 20;

/** As they were stored; what cannot be read is as if it were not there. */
export function readKept(text: string | undefined): KeptDrafts {
  try {
    const kept = JSON.parse(text ?? '{}') as Record<string, { draft: Partial<Draft>; savedAt: string }>;
    return Object.fromEntries(
      Object.entries(kept).map(([id, { draft, savedAt }]) => [id, { draft: draftOf(draft), savedAt }]),
    );
  } catch {
    return {};
  }
}

/** The last one worked on comes first. */
export function newestFirst(kept: KeptDrafts): (KeptDrafts[string] & { id: string })[] {
  return Object.entries(kept)
    .map(([id, one]) => ({ id, ...one }))
    .sort((one, other) => other.savedAt.localeCompare(one.savedAt));
}

/** With one more, or one as it is now; the oldest make room. */
export function withDraft(kept: KeptDrafts, id: string, draft: Draft, now: Date): KeptDrafts {
  const all = newestFirst({ ...kept, [id]: { draft, savedAt: now.toISOString() } });
  return Object.fromEntries(all.slice(0, MOST).map(({ id: key, ...one }) => [key, one]));
}

export function withoutDraft(kept: KeptDrafts, id: string): KeptDrafts {
  const { [id]: _gone, ...others } = kept;
  return others;
}

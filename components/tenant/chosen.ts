/** Which tenants are chosen: some by id, or all that fit the filter save some. */
export type Chosen =
  | { kind: 'some'; ids: ReadonlySet<string> }
  | { kind: 'matching'; except: ReadonlySet<string> };

export const NONE_CHOSEN: Chosen = { kind: 'some', ids: new Set() };
export const ALL_MATCHING: Chosen = { kind: 'matching', except: new Set() };

export function isChosen(chosen: Chosen, id: string): boolean {
  return chosen.kind === 'some' ? chosen.ids.has(id) : !chosen.except.has(id);
}

export function toggled(chosen: Chosen, id: string): Chosen {
  return chosen.kind === 'some'
    ? { kind: 'some', ids: flipped(chosen.ids, id) }
    : { kind: 'matching', except: flipped(chosen.except, id) };
}

function flipped(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Of `matching` tenants in all; those chosen by id may be of another filter. */
export function chosenCount(chosen: Chosen, matching: number): number {
  return chosen.kind === 'some' ? chosen.ids.size : Math.max(0, matching - chosen.except.size);
}

export function extentOf(chosen: Chosen, matching: number): 'none' | 'some' | 'all' {
  const count = chosenCount(chosen, matching);
  if (count === 0) return 'none';
  return chosen.kind === 'matching' && count === matching ? 'all' : 'some';
}

import type { ListedAction } from '@/components/actions/screen-actions';

/** A line of the palette. */
export interface Entry extends ListedAction {
  /** Said below its name. */
  hint?: string;
}

export interface Group {
  name: 'actions' | 'places' | 'plans' | 'tenants' | 'more';
  entries: Entry[];
}

/** The entries that have every word of the query in their name, groups without any left out. What cannot be done comes last. */
export function matching(groups: readonly Group[], query: string): Group[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap(({ name, entries }) => {
    const fitting = entries.filter(({ label }) => {
      const lower = label.toLowerCase();
      return words.every((word) => lower.includes(word));
    });
    const possible = [
      ...fitting.filter(({ refusal }) => refusal === null),
      ...fitting.filter(({ refusal }) => refusal !== null),
    ];
    return possible.length > 0 ? [{ name, entries: possible }] : [];
  });
}

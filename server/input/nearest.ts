import { distance } from 'fastest-levenshtein';

/** The known name that was most likely meant (Levenshtein distance, without regard to case); null when none is near. */
export function nearest(given: string, known: readonly string[]): string | null {
  // Whoever sends a name of a megabyte is not told what it is like.
  if (given.length > 100) return null;
  const wanted = given.toLowerCase();
  const [best] = known
    .map((name) => ({ name, away: distance(wanted, name.toLowerCase()) }))
    .sort((one, other) => one.away - other.away);
  if (!best) return null;
  // A third of the letters may differ, one at least; what all names begin with (`--`, `SWITCHYARD_`) does not count.
  const letters = best.name.length - sharedStart(known);
  const near = best.away <= Math.max(1, Math.floor(letters / 3)) || sorted(best.name) === sorted(given);
  return near ? best.name : null;
}

/** Two letters that changed places are one slip, and two edits. */
const sorted = (word: string): string => [...word.toLowerCase()].sort().join('');

function sharedStart([first = '', ...others]: readonly string[]): number {
  if (others.length === 0) return 0;
  const differs = [...first].findIndex((letter, at) => others.some((name) => name[at] !== letter));
  return differs === -1 ? first.length : differs;
}

/** As much of what was given, and of what is known, as is worth showing. */
const SHOWN_CHARS = 60;
const SHOWN_NAMES = 12;

/** Says what an unknown name may be: `is not known here; did you mean "wave"?` */
export function unknownName(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  if (near !== null) return `is not known here; did you mean "${near}"?`;
  if (known.length === 0) return 'is not known here: nothing can be given.';
  const more = known.length > SHOWN_NAMES ? ', …' : '';
  return `is not known here (known: ${known.slice(0, SHOWN_NAMES).join(', ')}${more}).`;
}

/** A name from outside, as long as it may be in a message. */
export const shownName = (name: string): string =>
  name.length > SHOWN_CHARS ? `${name.slice(0, SHOWN_CHARS)}…` : name;

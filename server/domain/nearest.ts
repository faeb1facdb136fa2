import { distance } from 'fastest-levenshtein';

/** Longer than this nobody mistyped a name. */
const MOST_CHARS = 100;

/** The known name that was probably meant; null when none is near. Capitals do not count. */
export function nearest(given: string, known: readonly string[]): string | null {
  if (given.length > MOST_CHARS) return null;
  const meant = given.toLowerCase();
  const [best] = known
    .map((name) => ({ name, far: distance(meant, name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)) && far < name.length)
    .sort((a, b) => a.far - b.far);
  return best?.name ?? null;
}

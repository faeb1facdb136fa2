import { z } from 'zod';
import { shownName, unknownName } from './nearest';
import { wordsFor } from './plain-words';

/** One thing that is wrong with an input: where, and why in the operator's words. */
export interface Problem {
  path: (string | number)[];
  message: string;
}

/** Of so many unknown keys of one object it is said what may have been meant, which takes a while: nobody mends more at once. */
const MOST_NAMED = 100;

// Every strict object of the program says what may have been meant, and what has no words of its own is told in ours: they
// are made where all of them pass.
z.config({
  customError: (issue) => {
    if (issue.code !== 'unrecognized_keys') return wordsFor(issue);
    const known = knownKeys(issue.inst);
    const named = (issue.keys as string[]).slice(0, MOST_NAMED);
    return named.map((key) => unknownName(key, known)).join('\n');
  },
});

/**
 * What is wrong, unknown keys first and each on its own: a misspelt key is also why another is missing. A path ends at
 * the key itself.
 */
export function problemsOf({ issues }: z.core.$ZodError): Problem[] {
  const unknown: Problem[] = [];
  const others: Problem[] = [];
  for (const issue of issues) {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key));
    if (issue.code !== 'unrecognized_keys') {
      // Of a bad name in a record, what is wrong with the name.
      const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
      others.push({ path, message: (inner ?? issue).message });
      continue;
    }
    const words = issue.message.split('\n');
    unknown.push(
      ...issue.keys
        .slice(0, MOST_NAMED)
        .map((key, index) => ({ path: [...path, shownName(key)], message: words[index] ?? '' })),
    );
  }
  return [...unknown, ...others];
}

/** A path as people read it: `stages.0.steps.1.when`. */
export const fieldName = (path: readonly (string | number)[]): string => path.join('.') || 'input';

function knownKeys(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

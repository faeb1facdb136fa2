import { RE2JS } from 're2js';

/** The longest pattern, in characters; the largest, in steps of the compiled program. */
export const MAX_PATTERN_CHARS = 500;
const MAX_PATTERN_STEPS = 250;
/**
 * What one search may cost: characters times steps. The engine needs at most about 100 ns for each, so that a search holds
 * the event loop for less than 50 ms whatever is searched.
 */
const SEARCH_BUDGET = 250_000;
const MAX_SEARCHED_CHARS = 32 * 1024;
/** Compiled patterns that are kept; compiling one costs as much as searching a short answer. */
const KEPT_PATTERNS = 200;
const UNSUPPORTED = 'which is not supported (patterns are those of RE2)';

/** A pattern that cannot be used, in words that follow its name. */
class PatternUnusable extends Error {
  override readonly name = 'PatternUnusable';
}

/** What a search found: the first group, else the whole match; undefined when there is none in what was searched. */
export interface Found {
  value: string | undefined;
  /** How many characters of the text were searched, when there were more. */
  onlyFirst: number | null;
}

const kept = new Map<string, RE2JS>();

/** Why a pattern cannot be used, in words that follow its name; null when it can. */
export function patternProblem(source: string): string | null {
  try {
    compiled(source);
    return null;
  } catch (error) {
    if (error instanceof PatternUnusable) return error.message;
    throw error;
  }
}

/**
 * Searches the beginning of a text for a pattern, in time that grows with the text alone: no pattern and no text can
 * make it hang. How much is searched depends on the pattern's size and is in the result.
 * Throws {@link PatternUnusable}.
 */
export function search(source: string, text: string): Found {
  const pattern = compiled(source);
  const most = Math.min(MAX_SEARCHED_CHARS, Math.floor(SEARCH_BUDGET / pattern.programSize()));
  const matcher = pattern.matcher(text.length > most ? text.slice(0, most) : text);
  const onlyFirst = text.length > most ? most : null;
  if (!matcher.find()) return { value: undefined, onlyFirst };
  const group = pattern.groupCount() > 0 ? matcher.group(1) : null;
  return { value: group ?? matcher.group() ?? undefined, onlyFirst };
}

/** What all patterns within a value, under the names that hold one, come to in steps; without compiling them. */
export function patternStepsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + patternStepsIn(one), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce((sum, [name, one]) => {
    const own = (name === 'regex' || name === 'matches') && typeof one === 'string';
    return sum + (own ? estimatedSteps(one.slice(0, MAX_PATTERN_CHARS)) : patternStepsIn(one));
  }, 0);
}

/** What a search may cost: characters times steps. */
export function searchSteps(source: string, text: string): number {
  return Math.min(text.length, MAX_SEARCHED_CHARS) * compiled(source).programSize();
}

function compiled(source: string): RE2JS {
  const known = kept.get(source);
  if (known) return known;
  const made = compile(source);
  if (kept.size >= KEPT_PATTERNS) kept.delete(kept.keys().next().value ?? '');
  kept.set(source, made);
  return made;
}

function compile(source: string): RE2JS {
  if (source.length > MAX_PATTERN_CHARS)
    throw new PatternUnusable(`is too long (at most ${MAX_PATTERN_CHARS} characters)`);
  const tooLarge = new PatternUnusable(
    `is too large: its repetitions make more than ${MAX_PATTERN_STEPS} steps. Repeat less, or use + or *`,
  );
  // Asked before: compiling ten thousands of steps is what takes long.
  if (estimatedSteps(source) > 4 * MAX_PATTERN_STEPS) throw tooLarge;
  let pattern: RE2JS;
  // The engine would take it for the letter k.
  if (/(?:^|[^\\])(?:\\\\)*\\k</.test(source))
    throw new PatternUnusable(`uses a backreference, ${UNSUPPORTED}`);
  try {
    pattern = RE2JS.compile(RE2JS.translateRegExp(source));
  } catch (error) {
    throw new PatternUnusable(reasonOf(source, error));
  }
  if (pattern.programSize() > MAX_PATTERN_STEPS) throw tooLarge;
  return pattern;
}

/** What a regular expression of a browser has and one that always ends in time cannot have is named. */
function reasonOf(source: string, error: unknown): string {
  if (/\(\?<?[=!]/.test(source)) return `uses lookaround, ${UNSUPPORTED}`;
  if (/\\[1-9]/.test(source)) return `uses a backreference, ${UNSUPPORTED}`;
  const told = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
  return `is not a regular expression (${told})`;
}

/** About how many steps a pattern has once its repetitions are written out; at least as many as it really has. */
function estimatedSteps(source: string): number {
  const open: number[] = [];
  let sum = 0;
  let last = 0;
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    const repeated =
      char === '{' && !inClass ? /^\{(\d*)(?:,(\d*))?\}/.exec(source.slice(at, at + 20)) : null;
    if (repeated) {
      const times = Math.max(Number(repeated[1] ?? 0), Number(repeated[2] ?? 0), 1);
      sum += last * (times - 1);
      last *= times;
      at += repeated[0].length - 1;
      continue;
    }
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']' || source[at - 1] === '[';
    else if (char === '[') inClass = true;
    else if (char === '(') {
      open.push(sum);
      sum = 0;
      last = 0;
      continue;
    } else if (char === ')' && open.length > 0) {
      last = sum + 2;
      sum = (open.pop() ?? 0) + last;
      continue;
    }
    // What follows an atom makes no second one.
    if (inClass || char === '?' || char === '*' || char === '+') continue;
    last = 2;
    sum += last;
  }
  return sum;
}

import { eachValue } from '@/server/input/each-value';
import { InvalidInput } from '@/server/input/refused';
import { patternStepsIn } from '@/server/steps/pattern';

/** What a template may ask for at most; each placeholder may stand for a value of kilobytes. */
const MAX_PLACEHOLDERS = 1000;
/** `json` doubles the backslashes of a text: twenty of them would make a million out of one. */
const MAX_FILTERS = 3;

const OURS = /\{\{\s*[A-Za-z_][\w.-]*\s*(?:\|[^{}]*)?\}\}/g;

/** What a playbook may have at most, all stages together: each is compiled and checked when it is saved. */
const MOST = { steps: 200, calls: 400, patterns: 50 };

/** Why filling a template in could take too long or too much memory, in words that follow its name; null when not. */
export function costlyTemplate(template: string): string | null {
  if (!template.includes('{{')) return null;
  let count = 0;
  for (const [placeholder] of template.matchAll(OURS)) {
    count += 1;
    if (count > MAX_PLACEHOLDERS) return `has more than ${MAX_PLACEHOLDERS} placeholders`;
    if (placeholder.split('|').length > MAX_FILTERS + 1)
      return `has more than ${MAX_FILTERS} filters in ${placeholder.slice(0, 60)}`;
  }
  return null;
}

/**
 * Looks over a playbook as it was sent, before anything of it is checked: what is more than a playbook needs is refused
 * at once. Rejects with {@link InvalidInput}.
 */
export async function refuseCostlyPlaybook(sent: unknown): Promise<void> {
  const count = { steps: 0, calls: 0, patterns: 0 };
  const add = (what: keyof typeof count, more: number, where: string) => {
    count[what] += more;
    if (count[what] > MOST[what])
      throw new InvalidInput(where, `A playbook has at most ${MOST[what]} ${what}.`);
  };
  await eachValue(sent, (value, path) => {
    const where = () => path.join('.') || 'definition';
    const key = path.at(-1);
    if ((key === 'steps' || key === 'calls') && Array.isArray(value)) add(key, value.length, above(path));
    if (key === 'regex') add('patterns', 1, above(path));
    if (typeof value !== 'string') return;
    const costly = costlyTemplate(value);
    if (costly) throw new InvalidInput(where(), `${where()}: ${costly}`);
  });
}

const above = (path: readonly string[]): string => path.slice(0, -1).join('.') || 'definition';

/**
 * What the gates of all waves of a plan may have at most, so that they are checked in a moment: `parts` are all names and
 * values, `chars` those of texts that are filled in, `searched` those of patterns and places in an answer.
 */
const MOST_OF_GATES = {
  levels: 24,
  parts: 1000,
  chars: 20_000,
  placeholders: 200,
  searched: 2000,
  steps: 400,
};
/** Under these names stand patterns, and places that may have patterns in them. */
const SEARCHED: ReadonlySet<string> = new Set(['regex', 'matches', 'json', 'xml', 'path']);
/** In one gate; each may be the names of ten thousand tenants. */
const MOST_TENANT_LISTS = 4;
const TENANT_LIST = /\{\{\s*wave\b(?!\.(?:name|number)\b)/g;

/**
 * The first gate among the waves as they were sent with which the gates would take too long to check or to fill in, and
 * why, in words that follow its name; null when there is none.
 */
export function costlyGate(waves: unknown): { wave: number; message: string } | null {
  const count = { parts: 0, chars: 0, placeholders: 0, searched: 0, steps: 0 };
  const beyond = () => {
    const most = Object.entries(MOST_OF_GATES).find(([name, most]) => (count[name as 'parts'] ?? 0) > most);
    return most ? `is too large: the gates of a plan have at most ${most[1]} ${GATE_WORDS[most[0]]}` : null;
  };
  const look = (value: unknown, name: string, level: number): string | null => {
    count.parts += 1;
    if (level > MOST_OF_GATES.levels) return `is nested more than ${MOST_OF_GATES.levels} levels deep`;
    if (typeof value === 'string') add(value, name);
    const large = beyond() ?? (typeof value === 'string' ? costlyTemplate(value) : null);
    if (large !== null || typeof value !== 'object' || value === null) return large;
    for (const [key, one] of Object.entries(value)) {
      const message = look(one, key, level + 1);
      if (message !== null) return message;
    }
    return null;
  };
  const add = (text: string, name: string) => {
    if (SEARCHED.has(name)) {
      count.searched += text.length;
      const isPattern = name === 'regex' || name === 'matches';
      // In a path they are what functions look for.
      const patterns = isPattern ? [text] : text.split(/match|search/).slice(1);
      count.steps += patternStepsIn(patterns.map((regex) => ({ regex })));
    }
    if (!text.includes('{{')) return;
    count.chars += text.length;
    if (count.chars <= MOST_OF_GATES.chars) count.placeholders += text.match(OURS)?.length ?? 0;
  };
  for (const [wave, one] of (Array.isArray(waves) ? waves : []).entries()) {
    const gate: unknown = one?.gate;
    const message = gate === undefined ? null : (look(gate, '', 0) ?? manyLists(gate));
    if (message !== null) return { wave, message };
  }
  return null;
}

const GATE_WORDS: Readonly<Record<string, string>> = {
  parts: 'names and values',
  chars: 'characters that are filled in',
  placeholders: 'placeholders',
  searched: 'characters of patterns and paths',
  steps: 'steps of patterns',
};

function manyLists(gate: unknown): string | null {
  const lists = JSON.stringify(gate).match(TENANT_LIST)?.length ?? 0;
  return lists > MOST_TENANT_LISTS ? `names the tenants more than ${MOST_TENANT_LISTS} times` : null;
}

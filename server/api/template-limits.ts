import { InvalidInput } from '@/server/input/refused';

/** What a template may ask for at most; each placeholder may stand for a value of kilobytes. */
const MAX_PLACEHOLDERS = 1000;
/** `json` doubles the backslashes of a text: twenty of them would make a million out of one. */
const MAX_FILTERS = 3;

const OURS = /\{\{\s*[A-Za-z_][\w.-]*\s*(?:\|[^{}]*)?\}\}/g;

/** What a playbook may have at most, all stages together: each is compiled and checked when it is saved. */
const MOST = { steps: 200, calls: 400, patterns: 50 };

/** Why filling a template in could take too long or too much memory, in words that follow its name; null when not. */
export function costlyTemplate(template: string): string | null {
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
 * at once. Throws {@link InvalidInput}.
 */
export function refuseCostlyPlaybook(sent: unknown): void {
  const count = { steps: 0, calls: 0, patterns: 0 };
  const add = (what: keyof typeof count, more: number, where: string) => {
    count[what] += more;
    if (count[what] > MOST[what])
      throw new InvalidInput(where, `A playbook has at most ${MOST[what]} ${what}.`);
  };
  const look = (value: unknown, path: readonly string[]): void => {
    const where = path.join('.') || 'definition';
    if (typeof value === 'string') {
      const costly = costlyTemplate(value);
      if (costly) throw new InvalidInput(where, `${where}: ${costly}`);
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, one] of Object.entries(value)) {
      if ((key === 'steps' || key === 'calls') && Array.isArray(one)) add(key, one.length, where);
      if (key === 'regex') add('patterns', 1, where);
      look(one, [...path, key]);
    }
  };
  look(sent, []);
}

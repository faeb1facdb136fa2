import { type Bounds, compareAs, ORDER_WORDS, ORDERED, stands } from './condition';

/** For which tenants a stage is: by their labels, a missing one counting as an empty text. */
export type StageWhen = { all: StageWhen[] } | { any: StageWhen[] } | { not: StageWhen } | LabelComparison;

export interface LabelComparison extends Bounds {
  label: string;
  equals?: string | undefined;
  notEquals?: string | undefined;
  oneOf?: string[] | undefined;
  contains?: string | undefined;
  exists?: boolean | undefined;
}

type Labels = Readonly<Record<string, string>>;

/** Why a stage is not for a tenant, in words; null when it is. */
export function whySkip(when: StageWhen, labels: Labels): string | null {
  if ('all' in when) return when.all.map((one) => whySkip(one, labels)).find((why) => why !== null) ?? null;
  if ('any' in when) {
    const why = when.any.map((one) => whySkip(one, labels));
    return why.includes(null) ? null : why.join(', and ');
  }
  if ('not' in when) return whySkip(when.not, labels) === null ? whenWords(when.not) : null;
  return whyNotLabel(when, labels);
}

function whyNotLabel(when: LabelComparison, labels: Labels): string | null {
  const { label, equals, notEquals, oneOf, contains, exists } = when;
  const value = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  if (equals !== undefined && value !== equals) return `label ${label} is not ${equals}`;
  if (notEquals !== undefined && value === notEquals) return `label ${label} is ${notEquals}`;
  if (oneOf && !oneOf.includes(value)) return `label ${label} is not one of ${oneOf.join(', ')}`;
  if (contains !== undefined && !value.includes(contains))
    return `label ${label} does not contain "${contains}"`;
  if (exists !== undefined && Object.hasOwn(labels, label) !== exists)
    return exists ? `label ${label} is not there` : `label ${label} is there`;
  for (const name of ORDERED) {
    const bound = when[name];
    if (bound === undefined) continue;
    const order = compareAs(when.order, value, String(bound));
    // What is no number is neither more nor less than one.
    if (order === null || !stands(order, name)) return `label ${label} is not ${ORDER_WORDS[name]} ${bound}`;
  }
  return null;
}

/** For which tenants a stage is, as people say it. */
export function whenWords(when: StageWhen): string {
  if ('all' in when) return when.all.map(whenWords).join(' and ');
  if ('any' in when) return when.any.map(whenWords).join(' or ');
  if ('not' in when) return `not (${whenWords(when.not)})`;
  const { label, equals, notEquals, oneOf, contains, exists } = when;
  const said = [
    equals !== undefined && `is ${equals || '""'}`,
    notEquals !== undefined && `is not ${notEquals || '""'}`,
    oneOf && `is one of ${oneOf.join(', ')}`,
    contains !== undefined && `contains "${contains}"`,
    exists !== undefined && (exists ? 'is there' : 'is not there'),
    ...ORDERED.map((name) => when[name] !== undefined && `is ${ORDER_WORDS[name]} ${when[name]}`),
  ].filter((part) => typeof part === 'string');
  return `label ${label} ${said.join(' and ')}`;
}

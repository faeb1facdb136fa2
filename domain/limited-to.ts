/** Labels that a tenant must have, all of them. */
export type LabelSet = Readonly<Record<string, string>>;

/** Whose rights end at some tenants: those that have one of these sets of labels. Never empty. */
export type LimitedTo = readonly LabelSet[];

export const MOST_LABEL_SETS = 20;
export const MOST_LABELS_IN_SET = 10;
/** As JSON: limits are said with every connection to the database, which takes little more. */
export const MOST_LIMIT_BYTES = 4000;

const has = (labels: LabelSet, set: LabelSet) =>
  Object.entries(set).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);

/** Whether a tenant with these labels is among them; the views of `reach.sql` say the same of rows. */
export function isWithin(limitedTo: LimitedTo | null | undefined, labels: LabelSet): boolean {
  return !limitedTo || limitedTo.some((set) => has(labels, set));
}

/** Whether every tenant that labels choose is among them, whichever tenants there are. */
export function coversAll(limitedTo: LimitedTo | null | undefined, chosenBy: LabelSet): boolean {
  return !limitedTo || limitedTo.some((set) => has(chosenBy, set));
}

/** As people read it: `region=eu, tier=gold or region=us`. */
export function inWords(limitedTo: LimitedTo): string {
  return limitedTo.map(asText).join(' or ');
}

/** One set of labels, as it is typed: `region=eu, tier=gold`. */
export const asText = (set: LabelSet): string =>
  Object.entries(set)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

/** What somebody with limits is told of what has no part for them. */
export const wholeFleetAlone = (limitedTo: LimitedTo) =>
  `This concerns the whole fleet; your rights are for tenants with ${inWords(limitedTo)}.`;

/** Why somebody who sees a part of a plan may not act on the whole of it. */
export const NOT_WHOLE =
  'This plan has tenants besides yours, and this concerns the plan as a whole. Act on the tasks of your tenants, or ask somebody whose rights are for all of them.';

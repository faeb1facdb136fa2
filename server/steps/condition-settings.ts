import { z } from 'zod';
import {
  type Bounds,
  boundProblem,
  COMPARATORS,
  type Condition,
  comparisonsIn,
  LEFT_SIDES,
} from '@/domain/condition';
import { isTemplate } from '@/domain/template';
import { parseBounded } from '@/server/security/bounded-json';
import { readingProblem } from './json-reading';
import { patternProblem } from './pattern';
import { xmlPathProblem } from './xml-path';

/** Each may look through a whole answer. */
const MAX_COMPARISONS = 50;
const MAX_NESTED = 8;

export const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not a header name');

/** A text that a check of its own judges; what is filled in is judged when it is. */
const checkedText = (problem: (text: string) => string | null) =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const message = isTemplate(text) ? null : problem(text);
      if (message) context.addIssue({ code: 'custom', message });
    });

/** A place in JSON (RFC 9535); `| json` and `| base64` read on in a text found there. */
export const jsonPath = checkedText(readingProblem);
/** A regular expression that always ends in time (RE2). */
export const pattern = checkedText(patternProblem);
/** A place in XML. */
export const xmlPath = checkedText(xmlPathProblem);

/** One that JavaScript has kept as it was written. */
const exactNumber = z
  .number()
  .refine(
    (number) => !Number.isInteger(number) || Number.isSafeInteger(number),
    'is a number that cannot be kept exactly: write it as a template, like {{data.NAME}}',
  );
const plain = z.union([z.string(), exactNumber, z.boolean(), z.null()]);
/** A number, or a text that is one (or a version) once it is filled in. */
const bound = z.union([z.number(), z.string().min(1)]);

/** Limits of a value, each alone or several together. */
export const limits = {
  less: bound.optional(),
  atMost: bound.optional(),
  greater: bound.optional(),
  atLeast: bound.optional(),
};
/** The same for what may be a version as well. */
export const bounds = { ...limits, order: z.enum(['number', 'version']).optional() };

/** What is compared with, of a comparison of any left side. */
export const comparators = {
  equals: plain.optional(),
  oneOf: z.array(plain).min(1).max(100).optional(),
  matches: pattern.optional(),
  contains: z.string().optional(),
  sameJson: z.json().optional(),
  includesJson: z.json().optional(),
  exists: z.boolean().optional(),
  ...bounds,
};

const shape = {
  status: z.literal(true).optional(),
  header: headerName.optional(),
  trailer: headerName.optional(),
  body: z.literal(true).optional(),
  json: jsonPath.optional(),
  xml: xmlPath.optional(),
  regex: pattern.optional(),
  millis: z.literal(true).optional(),
  value: z.string().min(1).optional(),
  ...comparators,
};

const JOINED = ['all', 'any', 'not'] as const;
const KINDS = [...JOINED, ...LEFT_SIDES];

/** A condition, with what is written in it checked. */
export const condition: z.ZodType<Condition> = z.lazy(() =>
  z
    .strictObject({
      all: z.array(condition).min(1).optional(),
      any: z.array(condition).min(1).optional(),
      not: condition.optional(),
      ...shape,
    })
    .superRefine((given, context) => {
      const message = conditionProblem(given);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .transform((given) => given as Condition),
);

/** A condition where there is no answer to look at: only texts that are filled in. */
export const ofValues = (otherwise: string) =>
  condition.refine((one) => comparisonsIn(one).every(({ value }) => value !== undefined), otherwise);

/** Where something is judged: nothing, or conditions joined in one way. */
export const joined = {
  all: z.array(condition).min(1).optional(),
  any: z.array(condition).min(1).optional(),
  not: condition.optional(),
};

/** Several ways of joining them beside each other must all hold. */
export function joinedCondition({
  all,
  any,
  not,
}: {
  all?: Condition[] | undefined;
  any?: Condition[] | undefined;
  not?: Condition | undefined;
}): Condition | null {
  const parts: Condition[] = [...(all ?? []), ...(any ? [{ any }] : []), ...(not ? [{ not }] : [])];
  return parts.length === 0 ? null : { all: parts };
}

type Given = { [Name in (typeof JOINED)[number] | keyof typeof shape]?: unknown };

function conditionProblem(given: Given): string | null {
  const kinds = KINDS.filter((name) => given[name] !== undefined);
  if (kinds.length !== 1) return `Give exactly one of ${KINDS.join(', ')}.`;
  const [kind] = kinds;
  const compared = COMPARATORS.filter((name) => given[name] !== undefined);
  if (JOINED.some((name) => name === kind)) {
    if (compared.length > 0) return `"${compared[0]}" stands beside what is looked at, inside of "${kind}".`;
    const one = given as Condition;
    if (comparisonsIn(one).length > MAX_COMPARISONS) return `has more than ${MAX_COMPARISONS} comparisons`;
    return depthOf(one) > MAX_NESTED ? `has more than ${MAX_NESTED} levels` : null;
  }
  if (compared.length === 0) return `Say what it is compared with: ${COMPARATORS.join(', ')}.`;
  return boundProblem(given as Bounds, isTemplate) ?? jsonProblem(given);
}

/** What is written out can be seen to be nothing to compare with; what is filled in is judged when it is. */
function jsonProblem(given: Given): string | null {
  for (const name of ['sameJson', 'includesJson'] as const) {
    const side = given[name];
    if (typeof side === 'string' && !isTemplate(side) && parseBounded(side) === undefined)
      return `"${name}" is compared as JSON, and ${side} is none. A text in JSON has quotes of its own.`;
  }
  return null;
}

function depthOf(one: Condition): number {
  if ('all' in one) return 1 + Math.max(...one.all.map(depthOf));
  if ('any' in one) return 1 + Math.max(...one.any.map(depthOf));
  return 'not' in one ? 1 + depthOf(one.not) : 0;
}

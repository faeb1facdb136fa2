import { expect, it } from 'vitest';
import { z } from 'zod';
import { problemsOf } from './closed-input';

const told = (schema: z.ZodType, value: unknown) =>
  problemsOf(schema.safeParse(value).error ?? new z.ZodError([])).map(({ message }) => message);

it.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, 'is missing'],
  [z.enum(['a', 'b']), undefined, 'is missing'],
  [z.enum(['a', 'b']), 'c', 'must be one of "a", "b"'],
  [z.literal([1, 2]), 3, 'must be one of 1, 2'],
  [z.string().min(1), '', 'is missing'],
  [z.string().min(3), 'a', 'has fewer than 3 characters'],
  [z.string().max(3), 'abcd', 'has more than 3 characters'],
  [z.string(), 5, 'must be a text'],
  [z.number(), 'x', 'must be a number'],
  [z.number().int(), 1.5, 'must be a whole number'],
  [z.number().min(2), 1, 'must be at least 2'],
  [z.number().max(2), 3, 'must be at most 2'],
  [z.number().gt(2), 2, 'must be more than 2'],
  [z.number().lt(2), 2, 'must be less than 2'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.array(z.string()).max(1), ['a', 'b'], 'has more than 1 items'],
  [z.array(z.string()).min(2), ['a'], 'has fewer than 2 items'],
  [z.array(z.string()), 'a', 'must be a list'],
  [z.strictObject({}), [], 'must be an object'],
  [z.record(z.string(), z.string()), 'a', 'must be an object'],
  [z.string().max(3, 'Too long for a name.'), 'abcd', 'Too long for a name.'],
])('%#: says in an operator\u2019s words what is wrong', (schema, value, message) =>
  expect(told(schema, value)).toEqual([message]),
);

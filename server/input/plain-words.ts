import type { z } from 'zod';

const KINDS: Record<string, string> = {
  string: 'must be a text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be an object',
  record: 'must be an object',
};

const quoted = (value: unknown) => (typeof value === 'string' ? `"${value}"` : String(value));

/** What is wrong where a check says nothing itself, in an operator's words instead of the library's; undefined: as it has it. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : KINDS[issue.expected];
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'is missing';
      if (issue.origin === 'string') return `has fewer than ${issue.minimum} characters`;
      if (issue.origin === 'array') return `has fewer than ${issue.minimum} items`;
      return issue.inclusive === false
        ? `must be more than ${issue.minimum}`
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `has more than ${issue.maximum} characters`;
      if (issue.origin === 'array') return `has more than ${issue.maximum} items`;
      return issue.inclusive === false
        ? `must be less than ${issue.maximum}`
        : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      if (issue.input === undefined) return 'is missing';
      return issue.values.length > 1 ? `must be one of ${issue.values.map(quoted).join(', ')}` : undefined;
    default:
      return undefined;
  }
}

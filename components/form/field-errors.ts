import { errorText } from '@/components/api/client';
import { fieldMessage, fieldOf, problemsOf } from './server-error';

/** What is wrong with a form: at the fields that show it, and what none of them shows. */
export interface FieldErrors {
  fields: Record<string, string>;
  rest: string | null;
}

/** A refusal in the words of the form, by whoever sent it. */
export class FormRefused extends Error {
  readonly told: FieldErrors;

  constructor(told: Partial<FieldErrors>) {
    super(told.rest ?? 'Refused');
    this.told = { fields: {}, rest: null, ...told };
  }
}

/**
 * Puts what the server refused where it was written. `fieldOf` knows the field of a part of the input, null where there is
 * none: then it is told below the fields, with the name of the part.
 */
export function fieldErrors(error: unknown, place: (part: string) => string | null): FieldErrors {
  if (error instanceof FormRefused) return error.told;
  const part = fieldOf(error);
  if (part === null) return { fields: {}, rest: errorText(error) };
  const several = problemsOf(error);
  const problems = several.length > 0 ? several : [{ field: part, message: fieldMessage(error) }];
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const problem of problems) {
    const field = place(problem.field);
    if (field === null)
      rest.push(problems.length > 1 ? `${problem.field}: ${problem.message}` : problem.message);
    // The first one is enough to begin with.
    else fields[field] ??= within(problem.field, field, problem.message);
  }
  return { fields, rest: rest.length > 0 ? rest.join('\n') : null };
}

/** The message, with what inside the field it is about: "region: is too long" at the labels. */
function within(part: string, field: string, message: string): string {
  return part.startsWith(`${field}.`) ? `${part.slice(field.length + 1)}: ${message}` : message;
}

/** The field a part of the input belongs to: itself, or the one it is inside of. Null if no field has it. */
export function fieldAround(part: string, fields: readonly string[]): string | null {
  const around = fields.filter((field) => part === field || part.startsWith(`${field}.`));
  return around.sort((a, b) => b.length - a.length)[0] ?? null;
}

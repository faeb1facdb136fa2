import type { z } from 'zod';
import type { StepDefinition } from '@/domain/playbook';
import { type Problem, problemsOf } from '@/server/input/closed-input';

/** A step without what every step has. */
export function ownSettings({
  name: _name,
  type: _type,
  onRollback: _back,
  ...own
}: StepDefinition): Record<string, unknown> {
  return own;
}

/** What is wrong with a step's settings, with its place in the step. */
export function settingsProblems(settings: z.ZodType, definition: StepDefinition): Problem[] {
  const { error } = settings.safeParse(ownSettings(definition));
  return error ? problemsOf(error) : [];
}

/**
 * The settings of a step that was stored. What is not known is passed over: a playbook saved before that was checked goes
 * on as it did. Throws when something else is wrong.
 */
export function storedSettings<Settings>(
  settings: z.ZodType<Settings>,
  definition: StepDefinition,
): Settings {
  const own = ownSettings(definition);
  const { error, data } = settings.safeParse(own);
  if (!error) return data;
  const unknown = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...placeOf(issue.path), key]) : [],
  );
  return settings.parse(unknown.length === 0 ? own : without(own, unknown));
}

function without(
  own: Record<string, unknown>,
  paths: readonly (string | number)[][],
): Record<string, unknown> {
  const copy = structuredClone(own);
  for (const path of paths) {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], copy);
    if (parent !== null && typeof parent === 'object')
      delete (parent as Record<string | number, unknown>)[path.at(-1) ?? ''];
  }
  return copy;
}

const placeOf = (path: readonly PropertyKey[]): (string | number)[] =>
  path.map((key) => (typeof key === 'symbol' ? key.toString() : key));

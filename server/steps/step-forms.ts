import { z } from 'zod';
import { kindsOfSteps } from './registry';
import type { Step } from './step';

/** What one kind of step can be told, as JSON Schema. */
export interface StepForm {
  type: string;
  settings: Record<string, unknown>;
}

let forms: StepForm[] | undefined;

/** Of every kind, in the order of the registry: a new kind has its form by being registered. Made once. */
export function stepForms(): StepForm[] {
  forms ??= kindsOfSteps().map(formOf);
  return forms;
}

/** Of one kind. Throws when its settings are no schema that can be told as JSON. */
export function formOf({ type, settings }: Step): StepForm {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  return { type, settings: schema };
}

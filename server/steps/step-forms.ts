import { z } from 'zod';
import { STEPS } from './registry';

/** What one kind of step can be told, as JSON Schema. */
export interface StepForm {
  type: string;
  settings: Record<string, unknown>;
}

let forms: StepForm[] | undefined;

/** Of every kind, in the order of the registry: a new kind has its form by being registered. Made once. */
export function stepForms(): StepForm[] {
  forms ??= STEPS.map(({ type, settings }) => {
    const { $schema: _dialect, ...schema } = z.toJSONSchema(settings, {
      io: 'input',
      unrepresentable: 'any',
    });
    return { type, settings: schema };
  });
  return forms;
}

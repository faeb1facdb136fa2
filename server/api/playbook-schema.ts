import { z } from 'zod';
import { kindsOfSteps } from '@/server/steps/registry';
import { playbookDefinition } from './inputs';

type Schema = Record<string, unknown>;
type Schemas = Record<string, Schema>;

/** Settings that every step has beside its own. */
const OF_EVERY_STEP: Schemas = {
  name: { type: 'string', minLength: 1, maxLength: 64 },
  onRollback: { anyOf: [{ const: 'skip' }, { type: 'object' }] },
};

/**
 * A playbook as JSON Schema (draft 2020-12), each kind of step with its own settings: for editors, which complete and check as one
 * types. What only the whole tells (templates, values that no call extracts) is checked when it is saved.
 */
export function playbookSchema(): Schema {
  const kinds = z.strictObject(
    Object.fromEntries(kindsOfSteps().map(({ type, settings }) => [type, settings.optional()])),
  );
  // One document, so that what stands in many places is said once.
  const whole = asSchema(z.strictObject({ playbook: playbookDefinition, kinds }));
  const defs = (whole.$defs ?? {}) as Schemas;
  const resolved = (schema: Schema | undefined): Schema => {
    const name = String(schema?.$ref ?? '').replace('#/$defs/', '');
    return name === '' ? (schema ?? {}) : resolved(defs[name]);
  };
  const within = (schema: Schema, name: string) =>
    resolved((schema.properties as Schemas | undefined)?.[name]);
  const isHttp = (shape: Schema) => within(shape, 'connector').const === 'http';
  const steps = kindsOfSteps().flatMap(({ type }) => {
    const settings = within(within(whole, 'kinds'), type);
    const shapes = (settings.oneOf as Schema[] | undefined) ?? [settings];
    return shapes.map((shape) => stepSchema(type, resolved(shape), isHttp));
  });
  const playbook = within(whole, 'playbook');
  const stages = within(playbook, 'stages');
  const stage = resolved(stages.items as Schema);
  const list = { ...within(stage, 'steps'), items: { anyOf: steps } };
  return {
    $schema: whole.$schema,
    ...withProperty(playbook, 'stages', { ...stages, items: withProperty(stage, 'steps', list) }),
    $defs: defs,
  };
}

let beside: Schema | undefined;

/** What a playbook says beside its stages: one part of its JSON Schema, complete in itself. Made once. */
export function playbookForm(): Schema {
  beside ??= besideStages();
  return beside;
}

function besideStages(): Schema {
  const schema = z.toJSONSchema(playbookDefinition, { io: 'input', unrepresentable: 'any' });
  const { stages: _stages, ...properties } = schema.properties as Schemas;
  return { type: 'object', properties };
}

const asSchema = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'ref' }) as Schema;

const withProperty = (owner: Schema, name: string, value: Schema): Schema => ({
  ...owner,
  properties: { ...(owner.properties as Schema), [name]: value },
});

/** A step as a whole. Where nothing is said of how it connects it is http. */
function stepSchema(type: string, shape: Schema, isHttp: (shape: Schema) => boolean): Schema {
  const properties = (shape.properties ?? {}) as Schemas;
  const needed = (shape.required as string[] | undefined) ?? [];
  return {
    ...shape,
    properties: { ...OF_EVERY_STEP, type: { const: type }, ...properties },
    required: ['name', 'type', ...needed.filter((name) => name !== 'connector' || !isHttp(shape))],
  };
}

import { z } from 'zod';
import { givenPlaybook } from './inputs';
import { playbookSchema } from './playbook-schema';

/** JSON Schema, or a part of an OpenAPI document. */
export type Schema = Record<string, unknown>;

/** What a caller sends, before defaults and conversions; null for procedures without an input. */
export function inputSchema(inputs: readonly z.ZodType[]): { schema: Schema; required: boolean } | null {
  const [first, ...others] = inputs;
  if (!first) return null;
  const whole = others.reduce<z.ZodType>((left, right) => z.intersection(left, right), first);
  // What refers to itself is within playbooks alone.
  const {
    $schema: _dialect,
    $defs: _within,
    ...schema
  } = z.toJSONSchema(whole, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodDate) Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      if (zodSchema !== givenPlaybook) return;
      for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
      jsonSchema.$ref = '#/components/schemas/Playbook';
    },
  });
  return { schema, required: !whole.safeParse(undefined).success };
}

let playbooks: Record<string, Schema> | null = null;

/**
 * A playbook with each kind of step, those of one's own as well; what stands in many places has a name of its own. Made once:
 * steps are loaded before anybody can ask.
 */
export function playbookSchemas(): Record<string, Schema> {
  playbooks ??= describedPlaybooks();
  return playbooks;
}

function describedPlaybooks(): Record<string, Schema> {
  const {
    $schema: _dialect,
    $defs,
    ...playbook
  } = JSON.parse(
    JSON.stringify(playbookSchema()).replaceAll('#/$defs/', '#/components/schemas/Playbook.'),
  ) as Schema & { $defs: Record<string, Schema> };
  const parts = Object.entries($defs).map(([name, schema]) => {
    const full = `Playbook.${name}`;
    return [full, isAnyJson(full, schema) ? {} : schema];
  });
  return { Playbook: playbook, ...(Object.fromEntries(parts) as Record<string, Schema>) };
}

/** Whatever is JSON: a schema that says so by naming itself is one that generators of clients stumble over. */
function isAnyJson(name: string, { anyOf }: Schema): boolean {
  const itself = `#/components/schemas/${name}`;
  return ((anyOf ?? []) as Schema[]).some(
    ({ additionalProperties }) => (additionalProperties as Schema | undefined)?.$ref === itself,
  );
}

import { InvalidInput } from '@/server/input/refused';
import type { Schema } from '../input-schema';

/** A query has a few; more is for a body, and would take long to refuse one by one. */
const MOST_VALUES = 1000;

/**
 * The query of an address as an object, each value of the kind its schema says: `limit=5` is a number, `status=A&status=B` a
 * list, `labels[region]=eu` an object. What fits no kind stays text, and what is not in the schema stays as well: the schema
 * has the words for it. Throws {@link InvalidInput} for a single value that is given twice.
 */
export function queryValues(query: string, schema: Schema): Record<string, unknown> {
  const pairs = [...new URLSearchParams(query)];
  if (pairs.length > MOST_VALUES)
    throw new InvalidInput('input', `input: a query has at most ${MOST_VALUES} values.`);
  const fields = new Map<string, string[] | Map<string, string[]>>();
  for (const [name, value] of pairs) {
    const [, owner = '', key = ''] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(name) ?? [];
    if (owner === '' || !ofKind(partOf(schema, owner), 'object')) add(fields, name, value);
    else {
      const inner = fields.get(owner) ?? new Map<string, string[]>();
      if (!(inner instanceof Map)) throw twice(owner);
      add(inner, key, value);
      fields.set(owner, inner);
    }
  }
  const told = [...fields].map(([name, given]) => [name, valueIn(partOf(schema, name), given, name)]);
  return Object.fromEntries(told);
}

/** One text as what its schema says it is. */
export const textAs = (schema: Schema, text: string): unknown => {
  if ((ofKind(schema, 'integer') || ofKind(schema, 'number')) && /^-?\d{1,15}(\.\d{1,15})?$/.test(text))
    return Number(text);
  if (ofKind(schema, 'boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};

/** The schema of a field, or of any field where their names are open; empty when there is none. */
export function partOf(schema: Schema, name: string): Schema {
  const whole = alternatives(schema).find((one) => one.type === 'object') ?? {};
  const properties = (whole.properties ?? {}) as Record<string, Schema>;
  if (Object.hasOwn(properties, name)) return properties[name] ?? {};
  const others = whole.additionalProperties;
  return typeof others === 'object' && others !== null ? (others as Schema) : {};
}

function add(fields: Map<string, string[] | Map<string, string[]>>, name: string, value: string): void {
  const given = fields.get(name) ?? [];
  if (given instanceof Map) throw twice(name);
  fields.set(name, [...given, value]);
}

function valueIn(schema: Schema, given: string[] | Map<string, string[]>, field: string): unknown {
  if (given instanceof Map) {
    const inner = [...given].map(([key, one]) => [key, valueIn(partOf(schema, key), one, `${field}.${key}`)]);
    return Object.fromEntries(inner);
  }
  const list = alternatives(schema).find((one) => one.type === 'array');
  const [first = '', ...more] = given;
  const single = alternatives(schema).some((one) => one.type !== 'array' && one.type !== 'null');
  if (list && (more.length > 0 || !single))
    return given.map((text) => textAs((list.items ?? {}) as Schema, text));
  if (more.length > 0) throw twice(field);
  return textAs(schema, first);
}

const ofKind = (schema: Schema, type: string) => alternatives(schema).some((one) => one.type === type);

/** What a value may be, one by one. */
function alternatives(schema: Schema): Schema[] {
  const choice = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  return choice?.flatMap(alternatives) ?? [schema];
}

const twice = (field: string) => new InvalidInput(field, `${field}: is given more than once.`);

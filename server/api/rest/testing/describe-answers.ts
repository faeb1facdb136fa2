import { readFileSync } from 'node:fs';
import path from 'node:path';
import { generateSchema, getProgramFromFiles } from 'typescript-json-schema';
import type { Schema } from '../../input-schema';
import type { DescribedAnswers } from '../answers';

/** Where a document keeps what it names. */
const NAMED = '#/components/schemas/';
const TYPES = 'server/api/rest/answers.ts';

/**
 * Describes what every procedure answers as JSON Schema, from the types that the compiler finds: nothing is written twice.
 * What a type says of itself becomes its description. Takes the compiler some seconds. Throws where a type without a name of
 * its own contains itself.
 */
export function describeAnswers(): DescribedAnswers {
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  const options = { ...compilerOptions, incremental: false, types: ['node'] };
  const program = getProgramFromFiles([path.resolve(TYPES)], options, path.resolve('.'));
  // It tells of every value that it does not compute.
  const { warn } = console;
  console.warn = () => {};
  try {
    const found = generateSchema(program, 'Answers', { required: true, topRef: false });
    if (!found) throw new Error(`${TYPES} cannot be described`);
    return sorted(found as Schema);
  } finally {
    console.warn = warn;
  }
}

function sorted({ properties, definitions }: Schema): DescribedAnswers {
  const all = definitions as Record<string, Schema>;
  const schemas: Record<string, Schema> = {};
  const inline = (value: unknown, within: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((one) => inline(one, within));
    if (typeof value !== 'object' || value === null) return value;
    const others = Object.fromEntries(
      Object.entries(value).flatMap(([key, one]) => {
        if (key === '$ref') return [];
        return [[key, key === 'description' ? oneLine(one) : inline(one, within)]];
      }),
    );
    const type = typeOf(value as Schema);
    if (type === null) return others;
    if (within.includes(type)) throw new Error(`${type} contains itself`);
    // Whatever is JSON contains itself, which no client can be made of.
    if (type === 'Json') return others;
    const values = /^(?:Readonly<)?Record<string,(string|number|boolean)>>?$/.exec(type)?.[1];
    if (values) return { ...others, type: 'object', additionalProperties: { type: values } };
    const name = nameOf(type);
    if (name === null) return { ...(inline(all[type], [...within, type]) as Schema), ...others };
    if (!(name in schemas)) {
      // It may contain itself.
      schemas[name] = {};
      schemas[name] = inline(all[type], []) as Schema;
    }
    return { ...others, $ref: NAMED + name };
  };
  const answers: Record<string, Schema> = {};
  for (const [router, of] of Object.entries(properties as Record<string, Schema>)) {
    const { properties: named } = all[typeOf(of) ?? ''] ?? of;
    for (const [name, schema] of Object.entries(named as Record<string, Schema>))
      answers[`${router}.${name}`] = inline(schema, []) as Schema;
  }
  const byName = Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1));
  return { answers, schemas: Object.fromEntries(byName) };
}

/** The type that a schema refers to, as the compiler writes it. */
function typeOf({ $ref }: Schema): string | null {
  return typeof $ref === 'string' ? decodeURIComponent($ref.slice($ref.lastIndexOf('/') + 1)) : null;
}

/** What a type is called in a document; null for one that was put together, or has no more than a letter. */
function nameOf(type: string): string | null {
  if (!/^\w\w+(<[\w<>]+>)?$/.test(type)) return null;
  return type.replaceAll('InJson<', '<').replaceAll(/<+/g, 'Of').replaceAll('>', '');
}

/** Comments are wrapped where lines are full. */
const oneLine = (text: unknown): unknown =>
  typeof text === 'string' ? text.replaceAll(/\s*\n\s*/g, ' ') : text;

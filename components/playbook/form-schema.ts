import { isObject, type Json, type JsonObject } from './json-value';

/** The part of JSON Schema that settings of steps are told in. */
export interface Schema {
  type?: string | string[];
  const?: Json;
  enum?: Json[];
  default?: Json;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
}

/** How a value is edited. */
export type FieldKind =
  | 'choice'
  | 'switch'
  | 'number'
  | 'text'
  | 'scalar'
  | 'body'
  | 'record'
  | 'list'
  | 'object'
  | 'json';

const SCALARS = ['string', 'number', 'integer', 'boolean', 'null'];

export function kindOf(schema: Schema): FieldKind {
  const { type, oneOf, anyOf } = schema;
  if (schema.enum) return 'choice';
  if (oneOf?.every(({ properties }) => properties)) return 'object';
  if (anyOf)
    return anyOf.every(isScalar) ? 'scalar' : anyOf.some((one) => one.type === 'string') ? 'body' : 'json';
  if (Array.isArray(type)) return 'scalar';
  if (type === 'boolean') return 'switch';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'string') return 'text';
  if (type === 'array') return 'list';
  if (type !== 'object') return 'json';
  return schema.properties ? 'object' : 'record';
}

const isScalar = ({ type, anyOf }: Schema): boolean =>
  anyOf ? anyOf.every(isScalar) : typeof type === 'string' && SCALARS.includes(type);

/** What tells the shapes of a place apart, such as `connector`: each shape has its own value for it. */
export interface Discriminator {
  key: string;
  values: string[];
}

/** The shape that fits what is written, and how another is chosen; without a choice there is one shape. */
export function shapeFor(schema: Schema, value: JsonObject): { shape: Schema; by: Discriminator | null } {
  const shapes = schema.oneOf ?? [];
  const [first] = shapes;
  if (!first) return { shape: schema, by: null };
  const key = Object.keys(first.properties ?? {}).find((name) =>
    shapes.every((shape) => shape.properties?.[name]?.const !== undefined),
  );
  if (key === undefined) return { shape: first, by: null };
  const values = shapes.map((shape) => String(shape.properties?.[key]?.const));
  const at = values.indexOf(String(value[key] ?? values[0]));
  return { shape: shapes[at] ?? first, by: { key, values } };
}

/** The value in another of its shapes: what only the shape before knew goes, and what this one needs is begun. */
export function reshaped(schema: Schema, value: JsonObject, by: Discriminator, chosen: string): JsonObject {
  const { shape: before } = shapeFor(schema, value);
  const { shape } = shapeFor(schema, { [by.key]: chosen });
  const kept = Object.entries(value).filter(
    ([name]) => name in (shape.properties ?? {}) || !(name in (before.properties ?? {})),
  );
  const needed = (shape.required ?? []).filter((name) => !(name in value) && name !== by.key);
  const begun = needed.map((name) => [name, startOf(shape.properties?.[name] ?? {})]);
  return { ...Object.fromEntries([...kept, ...begun]), [by.key]: chosen };
}

/** Needed so seldom that they are offered only on demand. */
const SELDOM = ['caPem', 'maxPerHost', 'encoding', 'digestKey'];
const EASY: readonly FieldKind[] = ['choice', 'switch', 'number', 'text', 'scalar', 'body'];

/** Which settings of a shape are shown, which are offered, and what is written that the shape does not know. */
export function fieldsOf(shape: Schema, value: JsonObject, by: Discriminator | null) {
  const { properties = {}, required = [] } = shape;
  const names = Object.keys(properties).filter(
    (name) => name !== by?.key && properties[name]?.const === undefined,
  );
  const isShown = (name: string) =>
    name in value ||
    required.includes(name) ||
    (EASY.includes(kindOf(properties[name] ?? {})) && !SELDOM.includes(name));
  return {
    shown: names.filter(isShown),
    offered: names.filter((name) => !isShown(name)),
    unknown: Object.keys(value).filter((name) => !(name in properties)),
  };
}

/** What a setting begins with when somebody asks for it. */
export function startOf(schema: Schema): Json {
  if (schema.default !== undefined && !isObject(schema.default) && !Array.isArray(schema.default))
    return schema.default;
  const kind = kindOf(schema);
  if (kind === 'list') return schema.items ? [startOf(schema.items)] : [];
  if (kind === 'switch') return false;
  if (kind === 'number') return schema.minimum ?? 0;
  if (kind === 'choice') return schema.enum?.[0] ?? '';
  if (kind !== 'object') return kind === 'record' ? {} : '';
  const { shape, by } = shapeFor(schema, {});
  const start: JsonObject = by ? { [by.key]: by.values[0] ?? '' } : {};
  for (const name of shape.required ?? [])
    if (!(name in start)) start[name] = startOf(shape.properties?.[name] ?? {});
  return start;
}

/** What is typed where several kinds of values may stand: numbers, true, false and null mean themselves. */
export function scalarOf(text: string): Json {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text === 'null' ? null : text;
}

import { z } from 'zod';

/** One object of an input: where it stands, and whether other shapes are possible in its place. */
export interface ObjectPlace {
  path: (string | number)[];
  schema: z.ZodObject;
  inUnion: boolean;
}

/** Every object that a schema describes; names in records are `name`, places in lists 0. */
export function objectsIn(schema: unknown, path: (string | number)[] = [], inUnion = false): ObjectPlace[] {
  const into = (inner: unknown, ...more: (string | number)[]) =>
    objectsIn(inner, [...path, ...more], inUnion);
  if (schema instanceof z.ZodObject)
    return [
      { path, schema, inUnion },
      ...Object.entries(schema.shape).flatMap(([key, inner]) => into(inner, key)),
    ];
  if (schema instanceof z.ZodArray) return into(schema.element, 0);
  if (schema instanceof z.ZodRecord) return into(schema.valueType, 'name');
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => objectsIn(option, path, true));
  if (schema instanceof z.ZodPipe) return [...into(schema.in), ...into(schema.out)];
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return into(schema.unwrap());
  return [];
}

/** A value that holds this one at a path, and nothing else. */
export function valueAt(path: readonly (string | number)[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => (key === 0 ? [inner] : { [key]: inner }), value);
}

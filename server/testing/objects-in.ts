import { z } from 'zod';

type Path = readonly (string | number)[];

/** One object of an input: where it stands, and what has to stand elsewhere for it to be looked at. */
export interface ObjectPlace {
  path: Path;
  schema: z.ZodObject;
  /** What chooses between the shapes that are possible, like `connector`. */
  chosen: readonly { path: Path; value: unknown }[];
  /** Other shapes are possible in its place, and nothing chooses: what is wrong is told of the place as a whole. */
  unclear: boolean;
}

interface Around {
  path: Path;
  chosen: ObjectPlace['chosen'];
  unclear: boolean;
}

/** Every object that a schema describes; names in records are `name`, places in lists 0. */
export function objectsIn(
  schema: unknown,
  around: Around = { path: [], chosen: [], unclear: false },
): ObjectPlace[] {
  const into = (inner: unknown, ...more: Path) =>
    objectsIn(inner, { ...around, path: [...around.path, ...more] });
  if (schema instanceof z.ZodObject)
    return [
      { ...around, schema },
      ...Object.entries(schema.shape).flatMap(([key, inner]) => into(inner, key)),
    ];
  if (schema instanceof z.ZodArray) return into(schema.element, 0);
  if (schema instanceof z.ZodRecord) return into(schema.valueType, 'name');
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((one) => chosenBy(schema, one, around));
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((one) => objectsIn(one, { ...around, unclear: true }));
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

function chosenBy(union: z.ZodDiscriminatedUnion, option: unknown, around: Around): ObjectPlace[] {
  const key = union.def.discriminator;
  const [value] = literalsOf(option, key);
  return objectsIn(option, { ...around, chosen: [...around.chosen, { path: [...around.path, key], value }] });
}

/** The values of a key that choose this shape, through defaults and transformations. */
function literalsOf(schema: unknown, key: string): unknown[] {
  if (schema instanceof z.ZodPipe) return literalsOf(schema.in, key);
  if (!(schema instanceof z.ZodObject)) return [];
  const own: unknown = schema.shape[key];
  const literal = own instanceof z.ZodDefault ? own.unwrap() : own;
  return literal instanceof z.ZodLiteral ? [...literal.values] : [];
}

/** A value that holds this one at the place, and beside it only what makes it be looked at. */
export function valueAt({ path, chosen }: Pick<ObjectPlace, 'path' | 'chosen'>, value: object): unknown {
  const root: { value: unknown } = { value: undefined };
  for (const one of [
    ...chosen.map((each) => ({
      path: each.path.slice(0, -1),
      value: { [String(each.path.at(-1))]: each.value },
    })),
    { path, value },
  ])
    root.value = merged(root.value, one.path, one.value);
  return root.value;
}

function merged(into: unknown, [key, ...rest]: Path, value: object): unknown {
  if (key === undefined) return { ...(into as object | undefined), ...value };
  if (key === 0) return [merged(Array.isArray(into) ? into[0] : undefined, rest, value)];
  const own = (into ?? {}) as Record<string, unknown>;
  return { ...own, [key]: merged(own[key], rest, value) };
}

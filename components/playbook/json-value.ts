/** Any JSON: a playbook while it is written need not be one yet. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export type JsonPath = readonly (string | number)[];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function valueAt(root: Json, path: JsonPath): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isObject(value) ? value[key] : undefined;
  }, root);
}

/** The same with another value at a place; undefined takes it away. What stands beside it is kept as it is. */
export function withValue(root: Json, path: JsonPath, value: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? null;
  if (Array.isArray(root)) {
    const at = Number(key);
    if (rest.length === 0 && value === undefined) return root.filter((_, index) => index !== at);
    const inner = rest.length === 0 ? (value ?? null) : withValue(root[at] ?? {}, rest, value);
    return Array.from({ length: Math.max(root.length, at + 1) }, (_, index) =>
      index === at ? inner : (root[index] ?? null),
    );
  }
  const object = isObject(root) ? root : {};
  if (rest.length > 0) return { ...object, [key]: withValue(object[key] ?? {}, rest, value) };
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _gone, ...others } = object;
  return others;
}

/** A list with the item at `from` moved to `to`. */
export function moved<Item>(list: readonly Item[], from: number, to: number): Item[] {
  const others = list.filter((_, index) => index !== from);
  const item = list[from];
  return item === undefined ? others : [...others.slice(0, to), item, ...others.slice(to)];
}

import superjson from 'superjson';

const plain = new WeakSet<object>();

/** Marks an answer that is JSON already, so that it is sent without looking for dates in every corner of it. */
export function plainJson<T extends object>(value: T): T {
  plain.add(value);
  return value;
}

/** superjson, which takes a second for the snapshot of ten thousand tasks; what is marked as plain goes as it is. */
export const transformer = {
  serialize: (value: unknown) =>
    typeof value === 'object' && value !== null && plain.has(value)
      ? { json: value }
      : superjson.serialize(value),
  deserialize: (value: Parameters<typeof superjson.deserialize>[0]) => superjson.deserialize(value),
};

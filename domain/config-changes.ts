import { type FieldChange, sameJson } from './tenant-merge';

/** What can be said in documents, in the order in which it is brought about: what others name comes first. */
export const CONFIG_KINDS = ['Settings', 'Version', 'Playbook', 'Tenant', 'Freeze', 'Webhook'] as const;
export type ConfigKind = (typeof CONFIG_KINDS)[number];

/** Of these what no document names can be taken away; playbooks and versions stay, since plans were made with them. */
export const PRUNED_KINDS = ['Settings', 'Tenant', 'Freeze', 'Webhook'] as const;
export type PrunedKind = (typeof PRUNED_KINDS)[number];

/** One thing as a document says it. */
export interface ConfigDocument {
  kind: ConfigKind;
  name: string;
  spec: object;
}

/** How one thing differs from what is wanted of it. */
export type ConfigDifference<Spec extends object> =
  | { action: 'create'; name: string; before: null; after: Partial<Spec>; fields: FieldChange[] }
  | { action: 'update'; name: string; before: Spec; after: Spec; fields: FieldChange[] }
  | { action: 'delete'; name: string; before: Spec; after: null; fields: FieldChange[] };

/**
 * How the things of one kind differ from what is wanted, by name: first those that are named, as they are named, then those
 * that go. A part that is not named stays as it is, one that is named is wanted whole. Only with `prune` goes what is not named.
 */
export function differencesOf<Spec extends object>(
  wanted: ReadonlyMap<string, Partial<Spec>>,
  actual: ReadonlyMap<string, Spec>,
  { prune, tell = fieldChanges }: { prune: boolean; tell?: (before: Spec, after: Spec) => FieldChange[] },
): ConfigDifference<Spec>[] {
  const named = [...wanted].flatMap(([name, spec]): ConfigDifference<Spec>[] => {
    const before = actual.get(name);
    if (!before)
      return [{ action: 'create', name, before: null, after: spec, fields: fieldChanges({}, spec) }];
    const after = { ...before, ...definedOf(spec) };
    const fields = tell(before, after);
    return fields.length > 0 ? [{ action: 'update', name, before, after, fields }] : [];
  });
  if (!prune) return named;
  const gone = [...actual].flatMap(([name, before]): ConfigDifference<Spec>[] =>
    wanted.has(name) ? [] : [{ action: 'delete', name, before, after: null, fields: [] }],
  );
  return [...named, ...gone];
}

/** What is different in two values that are JSON, as deep as they have the same shape: `stages.0.steps.1.seconds`. */
export function fieldChanges(before: object, after: object): FieldChange[] {
  const changes: FieldChange[] = [];
  const look = (was: unknown, is: unknown, path: readonly string[]): void => {
    if (sameJson(was ?? null, is ?? null)) return;
    if (!isGroup(was) || !isGroup(is) || Array.isArray(was) !== Array.isArray(is)) {
      changes.push({ field: path.join('.'), before: was ?? null, after: is ?? null });
      return;
    }
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)]))
      look(own(was, key), own(is, key), [...path, key]);
  };
  look(before, after, []);
  return changes;
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const own = (group: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(group, key) ? group[key] : undefined;

const definedOf = <Spec extends object>(spec: Partial<Spec>): Partial<Spec> =>
  Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as Partial<Spec>;

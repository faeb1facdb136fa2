import type { Endpoint, Tenant } from './tenant';

/** A tenant with the versions on record, by unit. */
export interface TenantOnRecord extends Tenant {
  current: Record<string, string>;
}

/** An endpoint without a key is known by its URL, or gets a key of its own. */
type GivenEndpoint = Omit<Endpoint, 'key'> & { key?: string | undefined };

/** What somebody says of a tenant. What is absent is not said: that is not the same as empty. */
export interface TenantGiven {
  tenantId: string;
  name?: string | undefined;
  labels?: Record<string, string> | undefined;
  endpoints?: readonly GivenEndpoint[] | undefined;
  variables?: Record<string, string> | undefined;
  overrides?: Record<string, unknown> | undefined;
  current?: Record<string, string> | undefined;
}

/**
 * The tenant after what is given: by key, what is given is set and the rest is kept. With `replace` what is not given
 * goes, save the versions on record, which only tasks move: of `current` only what is not on record is taken over.
 */
export function mergedTenant(
  before: TenantOnRecord | null,
  given: TenantGiven,
  replace: boolean,
): TenantOnRecord {
  const kept = replace ? null : before;
  return {
    tenantId: given.tenantId,
    name: given.name || kept?.name || given.tenantId,
    labels: { ...kept?.labels, ...given.labels },
    endpoints: mergedEndpoints(given, kept?.endpoints ?? [], before?.endpoints ?? []),
    variables: { ...kept?.variables, ...given.variables },
    overrides: { ...kept?.overrides, ...definedOf(given.overrides) },
    current: { ...given.current, ...before?.current },
  };
}

function mergedEndpoints(
  { tenantId, endpoints: given = [] }: TenantGiven,
  kept: readonly Endpoint[],
  known: readonly Endpoint[],
): Endpoint[] {
  const merged = new Map(kept.map((one) => [one.key, one]));
  const keys = new Set([...known, ...given].map(({ key }) => key));
  const keyOf = new Map(known.map(({ key, url }) => [url, key]));
  const freeKey = () => {
    let number = merged.size + 1;
    while (keys.has(`${tenantId}-${number}`)) number += 1;
    return `${tenantId}-${number}`;
  };
  for (const { key: own, ...one } of given) {
    const key = own ?? keyOf.get(one.url) ?? freeKey();
    keys.add(key);
    const before = merged.get(key);
    const healthUrl = one.healthUrl ?? before?.healthUrl;
    merged.set(key, {
      key,
      url: one.url,
      ...(healthUrl === undefined ? {} : { healthUrl }),
      ...(before?.labels || one.labels ? { labels: { ...before?.labels, ...one.labels } } : {}),
    });
  }
  return [...merged.values()];
}

function definedOf(values: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, one]) => one !== undefined));
}

/** One thing that changes: `labels.region`, `endpoints.acme-1`, `name`; null before it was there, and after it goes. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** What is different, part by part. */
export function tenantChanges(before: TenantOnRecord, after: TenantOnRecord): FieldChange[] {
  const named = before.name === after.name ? [] : [{ field: 'name', before: before.name, after: after.name }];
  return [
    ...named,
    ...keyedChanges('labels', before.labels, after.labels),
    ...endpointChanges(before.endpoints, after.endpoints),
    ...keyedChanges('variables', before.variables, after.variables),
    ...keyedChanges('overrides', before.overrides, after.overrides),
    ...keyedChanges('current', before.current, after.current),
  ];
}

function endpointChanges(before: readonly Endpoint[], after: readonly Endpoint[]): FieldChange[] {
  const changes = keyedChanges('endpoints', byKey(before), byKey(after));
  if (changes.length > 0 || sameJson(before, after)) return changes;
  const keys = (endpoints: readonly Endpoint[]) => endpoints.map(({ key }) => key);
  return [{ field: 'endpoints', before: keys(before), after: keys(after) }];
}

const byKey = (endpoints: readonly Endpoint[]) =>
  Object.fromEntries(endpoints.map(({ key, ...rest }) => [key, rest]));

function keyedChanges(
  field: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): FieldChange[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .map((key) => ({ field: `${field}.${key}`, before: own(before, key), after: own(after, key) }))
    .filter((change) => !sameJson(change.before, change.after));
}

const own = (record: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : null;

/** The same JSON, however its keys are ordered. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [entriesOf(a), entriesOf(b)];
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && sameJson(value, right.get(key)))
  );
}

const entriesOf = (value: object): Map<string, unknown> =>
  new Map(Object.entries(value).filter(([, one]) => one !== undefined));

import type { Endpoint } from './tenant';
import type { TenantOnRecord } from './tenant-merge';

/** By key what is set, and null for what goes; what is not in it stays. */
type KeyedEdit<Value> = Readonly<Record<string, Value | null>>;

/** What somebody changes of a tenant. Two who change different parts at once do not undo each other's work. */
export interface TenantEdit {
  /** Empty: as the id. */
  name?: string | undefined;
  labels?: KeyedEdit<string> | undefined;
  variables?: KeyedEdit<string> | undefined;
  /** A place that is set is as given from then on, without a health address if none is given; it keeps its labels. */
  endpoints?: KeyedEdit<{ url: string; healthUrl?: string | undefined }> | undefined;
}

/** The tenant after an edit. Doing it twice is the same as once. */
export function editedTenant(before: TenantOnRecord, edit: TenantEdit): TenantOnRecord {
  return {
    ...before,
    name: edit.name === undefined ? before.name : edit.name || before.tenantId,
    labels: edited(before.labels, edit.labels),
    variables: edited(before.variables, edit.variables),
    endpoints: editedEndpoints(before.endpoints, edit.endpoints),
  };
}

function edited<Value>(
  before: Readonly<Record<string, Value>>,
  edit: KeyedEdit<Value> = {},
): Record<string, Value> {
  const after = Object.entries({ ...before, ...edit });
  return Object.fromEntries(after.filter((entry): entry is [string, Value] => entry[1] !== null));
}

/** In the order they were in, new ones at the end. */
function editedEndpoints(before: readonly Endpoint[], edit: TenantEdit['endpoints'] = {}): Endpoint[] {
  const known = new Map(before.map((one) => [one.key, one]));
  const keys = [...new Set([...known.keys(), ...Object.keys(edit)])];
  return keys.flatMap((key): Endpoint[] => {
    const was = known.get(key);
    const given = Object.hasOwn(edit, key) ? edit[key] : undefined;
    if (given === null) return [];
    if (!given) return was ? [was] : [];
    const { url, healthUrl } = given;
    return [
      {
        key,
        url,
        ...(healthUrl === undefined ? {} : { healthUrl }),
        ...(was?.labels ? { labels: was.labels } : {}),
      },
    ];
  });
}

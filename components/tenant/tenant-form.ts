import type { Tenant } from '@/domain/tenant';
import type { TenantEdit } from '@/domain/tenant-edit';

interface Pair {
  key: string;
  value: string;
}
interface Place {
  key: string;
  url: string;
  healthUrl: string;
}

/** A tenant as it is written in a form: in rows, of which the empty ones say nothing. */
export interface TenantValues extends Record<string, unknown> {
  tenantId: string;
  name: string;
  endpoints: Place[];
  labels: Pair[];
  variables: Pair[];
}

export const EMPTY_PAIR: Pair = { key: '', value: '' };
export const EMPTY_PLACE: Place = { key: '', url: '', healthUrl: '' };

type Written = Pick<Tenant, 'tenantId' | 'name' | 'labels' | 'endpoints' | 'variables'>;

export function valuesOf(tenant: Written | null): TenantValues {
  const pairs = (record: Record<string, string> = {}) =>
    Object.entries(record).map(([key, value]) => ({ key, value }));
  return {
    tenantId: tenant?.tenantId ?? '',
    name: tenant && tenant.name !== tenant.tenantId ? tenant.name : '',
    endpoints: tenant?.endpoints.map(({ key, url, healthUrl = '' }) => ({ key, url, healthUrl })) ?? [
      EMPTY_PLACE,
    ],
    labels: pairs(tenant?.labels),
    variables: pairs(tenant?.variables),
  };
}

/** What of it is different from the tenant it began with: only that is sent, so that nothing of others' work is undone. */
export function editOf(before: Written, values: TenantValues): TenantEdit {
  const name = values.name.trim() || before.tenantId;
  const labels = changedPairs(before.labels, values.labels);
  const variables = changedPairs(before.variables, values.variables);
  const endpoints = changedPlaces(before, values);
  return {
    ...(name === before.name ? {} : { name }),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    ...(Object.keys(endpoints).length > 0 ? { endpoints } : {}),
  };
}

function changedPairs(before: Record<string, string>, rows: readonly Pair[]): Record<string, string | null> {
  const after = pairsOf(rows);
  const changed: Record<string, string | null> = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) changed[key] = null;
  for (const [key, value] of Object.entries(after)) if (before[key] !== value) changed[key] = value;
  return changed;
}

export function pairsOf(rows: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(
    rows.filter(isWrittenPair).map(({ key, value }) => [key.trim(), value.trim()] as const),
  );
}

function changedPlaces(before: Written, values: TenantValues): NonNullable<TenantEdit['endpoints']> {
  const after = new Map(placesOf(before.tenantId, values.endpoints).map(({ key, ...rest }) => [key, rest]));
  const changed: Record<string, { url: string; healthUrl?: string } | null> = {};
  for (const { key } of before.endpoints) if (!after.has(key)) changed[key] = null;
  for (const [key, place] of after) {
    const was = before.endpoints.find((one) => one.key === key);
    if (was?.url !== place.url || was.healthUrl !== place.healthUrl) changed[key] = place;
  }
  return changed;
}

/** The instances as they are sent; one without a key gets one that no other has. */
export function placesOf(
  tenantId: string,
  rows: readonly Place[],
): { key: string; url: string; healthUrl?: string }[] {
  const written = rows.filter(isWrittenPlace);
  const taken = new Set(written.map(({ key }) => key.trim()));
  return written.map(({ key: own, url, healthUrl }) => {
    let key = own.trim();
    for (let number = 1; key === ''; number += 1)
      if (!taken.has(`${tenantId}-${number}`)) key = `${tenantId}-${number}`;
    taken.add(key);
    return { key, url: url.trim(), ...(healthUrl.trim() ? { healthUrl: healthUrl.trim() } : {}) };
  });
}

const isWrittenPair = ({ key, value }: Pair): boolean => key.trim() !== '' || value.trim() !== '';
const isWrittenPlace = ({ key, url, healthUrl }: Place): boolean =>
  key.trim() !== '' || url.trim() !== '' || healthUrl.trim() !== '';

/** What can be told without the server, by field: a row without a key, or two with the same. */
export function wrongIn(
  values: TenantValues,
  words: { twice: string; missing: string },
): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const list of ['labels', 'variables', 'endpoints'] as const) {
    const seen = new Set<string>();
    for (const [place, row] of values[list].entries()) {
      const key = row.key.trim();
      if (list !== 'endpoints' && key === '' && isWrittenPair(row as Pair))
        wrong[`${list}.${place}.key`] = words.missing;
      if (key !== '' && seen.has(key)) wrong[`${list}.${place}.key`] = words.twice;
      seen.add(key);
    }
  }
  return wrong;
}

/** The field in which the server's part of an edit was written, such as "labels.region"; null for all others. */
export function fieldOfPart(part: string, values: TenantValues): string | null {
  const [, list, rest] = /^(labels|variables|endpoints)\.(.+)$/.exec(part) ?? [];
  if (rest === undefined) return null;
  if (list === 'endpoints') {
    const rows = placesOf(values.tenantId, values.endpoints);
    const at = rows.findIndex(
      ({ key }, place) => `${rest}.`.startsWith(`${key}.`) || rest.startsWith(`${place}.`),
    );
    const column = /\.(url|healthUrl|key)$/.exec(rest)?.[1] ?? 'key';
    const field = nthWritten(values.endpoints, isWrittenPlace, at);
    return field === null ? null : `endpoints.${field}.${column}`;
  }
  const rows = list === 'labels' ? values.labels : values.variables;
  const at = rows.findIndex(({ key }) => key.trim() === rest);
  return at < 0 ? null : `${list}.${at}.value`;
}

function nthWritten<Row>(rows: readonly Row[], written: (row: Row) => boolean, nth: number): number | null {
  const places = rows.flatMap((row, place) => (written(row) ? [place] : []));
  return places[nth] ?? null;
}

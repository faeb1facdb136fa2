import { FLEET_STATES, type FleetTenant } from '@/domain/view/fleet-view';
import { newerFirst } from './fleet-looks';
import type { MapGroup } from './map-layout';

/** How the map is grouped: by version, by state, or by the values of a label. */
export type Grouping = { by: 'version' } | { by: 'state' } | { by: 'label'; key: string };

/** As it stands in the address: a label begins with its kind, so that one called "version" is none of ours. */
export const groupingOf = (text: string): Grouping =>
  text.startsWith('label:')
    ? { by: 'label', key: text.slice('label:'.length) }
    : { by: text === 'state' ? 'state' : 'version' };

export const groupingText = (grouping: Grouping): string =>
  grouping.by === 'label' ? `label:${grouping.key}` : grouping.by;

/** More groups than these have no room for a heading each. */
const MOST_GROUPS = 24;

/** The value all members have in common; null for those without one, undefined for what was put together. */
export interface FleetGroup extends MapGroup {
  value: string | null | undefined;
}

/** What the groups are called, where it does not follow from the data. */
export interface GroupWords {
  state: (state: FleetTenant['state']) => string;
  without: (key: string) => string;
  others: string;
  noVersion: string;
  /** Of those that nobody knows. */
  unknown: string;
}

/** Every tenant in one group: versions the newest first, states the gravest first, labels by name. */
export function groupTenants(
  tenants: readonly FleetTenant[],
  grouping: Grouping,
  versions: readonly string[],
  words: GroupWords,
): FleetGroup[] {
  const read = valueFor(grouping);
  const byValue = new Map<string | null, number[]>();
  for (const [index, tenant] of tenants.entries()) {
    const value = read(tenant);
    const members = byValue.get(value);
    if (members) members.push(index);
    else byValue.set(value, [index]);
  }
  const groups = [...byValue]
    .sort(
      ([a], [b]) =>
        placeIn(a, grouping, versions) - placeIn(b, grouping, versions) || compare(a, b, grouping),
    )
    .map(([value, members]) => ({ value, members, name: nameOf(value, grouping, words) }));
  if (groups.length <= MOST_GROUPS) return groups;
  const largest = new Set(
    [...groups].sort((a, b) => b.members.length - a.members.length).slice(0, MOST_GROUPS - 1),
  );
  const rest = groups.filter((group) => !largest.has(group)).flatMap(({ members }) => members);
  return [
    ...groups.filter((group) => largest.has(group)),
    { value: undefined, name: words.others, members: rest.sort((a, b) => a - b) },
  ];
}

/** What is not known comes after what is, and what is not there last of all. */
function placeIn(value: string | null, grouping: Grouping, versions: readonly string[]): number {
  if (value === null) return Number.MAX_SAFE_INTEGER;
  if (grouping.by === 'label') return 0;
  const order: readonly string[] = grouping.by === 'state' ? FLEET_STATES : versions;
  const place = order.indexOf(value);
  if (place >= 0) return place;
  return value === 'unknown' ? order.length + 1 : order.length;
}

function compare(one: string | null, other: string | null, grouping: Grouping): number {
  const [a, b] = [one ?? '', other ?? ''];
  return grouping.by === 'version' ? newerFirst(a, b) : newerFirst(b, a);
}

function valueFor(grouping: Grouping): (tenant: FleetTenant) => string | null {
  if (grouping.by === 'version') return ({ version }) => version;
  if (grouping.by === 'state') return ({ state }) => state;
  return ({ labels }) => labels[grouping.key] ?? null;
}

function nameOf(value: string | null, grouping: Grouping, words: GroupWords): string {
  if (grouping.by === 'label') return value ?? words.without(grouping.key);
  if (grouping.by === 'version') return value === 'unknown' ? words.unknown : (value ?? words.noVersion);
  return words.state(FLEET_STATES.find((state) => state === value) ?? 'none');
}

/** The label keys there are, by name. */
export const labelKeys = (tenants: readonly FleetTenant[]): string[] =>
  [...new Set(tenants.flatMap(({ labels }) => Object.keys(labels)))].sort();

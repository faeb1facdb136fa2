import type { Tone } from '@/components/ui/tones';
import type { FleetState, FleetTenant } from '@/domain/view/fleet-view';

/** How a cell is filled, so that it is told apart without colour. */
export type Pattern =
  | 'solid'
  | 'hatched'
  | 'dotted'
  | 'lines'
  | 'hollow'
  | 'cross'
  | 'bars'
  | 'rising'
  | 'falling'
  | 'unequal'
  | 'point'
  | 'faint';

export interface CellLook {
  tone: Tone;
  pattern: Pattern;
}

/** So many versions are told apart, the newest first; the rest are older ones. */
const VERSION_LOOKS: readonly CellLook[] = [
  { tone: 'teal', pattern: 'solid' },
  { tone: 'slate', pattern: 'hatched' },
  { tone: 'slate', pattern: 'dotted' },
  { tone: 'slate', pattern: 'lines' },
];
const OLDER_LOOK: CellLook = { tone: 'grey', pattern: 'hollow' };

/** Whoever runs a version and is in nothing looks like that version. */
const STATE_LOOKS: Record<Exclude<FleetState, 'settled'>, CellLook> = {
  failed: { tone: 'vermilion', pattern: 'cross' },
  paused: { tone: 'amber', pattern: 'bars' },
  back: { tone: 'purple', pattern: 'falling' },
  switching: { tone: 'blue', pattern: 'rising' },
  drifted: { tone: 'amber', pattern: 'unequal' },
  unknown: { tone: 'slate', pattern: 'point' },
  none: { tone: 'grey', pattern: 'faint' },
};

/** An entry of the legend: what looks like this, and how many there are. */
export interface Kind {
  key: string;
  look: CellLook;
  /** The version, of those that are in nothing; null for older ones. */
  version: string | null;
  state: FleetState;
  count: number;
}

const OLDER = 'older';

/** Of versions of which nobody knows when they came: the higher one first. */
export const newerFirst = (one: string, other: string): number =>
  other.localeCompare(one, 'en', { numeric: true });

/**
 * What there is on the map, versions first and the newest before the others, then what they are in, the gravest first.
 * `versions`: all of the unit, the newest first.
 */
export function kindsOf(
  tenants: readonly FleetTenant[],
  versions: readonly string[],
): { kinds: Kind[]; kindOf: (tenant: FleetTenant) => string } {
  const used = new Set(tenants.flatMap(({ state, version }) => (state === 'settled' && version) || []));
  const known = versions.filter((version) => used.has(version));
  const order = [...known, ...[...used].filter((version) => !versions.includes(version)).sort(newerFirst)];
  const shown = new Set(order.slice(0, VERSION_LOOKS.length));
  const kindOf = ({ state, version }: FleetTenant): string => {
    if (state !== 'settled') return state;
    return version !== null && shown.has(version) ? `version ${version}` : OLDER;
  };
  const counts = new Map<string, number>();
  for (const tenant of tenants) counts.set(kindOf(tenant), (counts.get(kindOf(tenant)) ?? 0) + 1);
  const all: Omit<Kind, 'count'>[] = [
    ...[...shown].map((version, place) => ({
      key: `version ${version}`,
      look: VERSION_LOOKS[place] ?? OLDER_LOOK,
      version,
      state: 'settled' as const,
    })),
    { key: OLDER, look: OLDER_LOOK, version: null, state: 'settled' },
    ...(Object.keys(STATE_LOOKS) as (keyof typeof STATE_LOOKS)[]).map((state) => ({
      key: state,
      look: STATE_LOOKS[state],
      version: null,
      state,
    })),
  ];
  const kinds = all.flatMap((kind) => {
    const count = counts.get(kind.key) ?? 0;
    return count > 0 ? [{ ...kind, count }] : [];
  });
  return { kinds, kindOf };
}

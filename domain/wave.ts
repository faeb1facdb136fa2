import type { GateLimits, GateTally, MeasureVerdict } from './metric-gate';

/**
 * A wave of a plan: so many tenants, such a share, those with a label, or the first ones (one, unless said) of each value that
 * a label has: one tenant of each region. What no wave names forms the last one. After a wave finished the next one waits for `bakeSeconds`.
 */
export interface WaveDefinition {
  name?: string | undefined;
  size:
    | { count: number }
    | { percent: number }
    | { label: Record<string, string> }
    | { eachOf: string; first?: number | undefined };
  bakeSeconds: number;
  /** What is measured while it bakes; the next wave does not start before it passed. */
  gate?: WaveGate | undefined;
}

/** A metric gate over a whole wave: beside this it has the settings of the step `metric-gate`. */
export interface WaveGate extends GateLimits {
  everySeconds: number;
  /** What follows when it does not pass. */
  otherwise: 'halt' | 'rollback';
  [setting: string]: unknown;
}

/** What was measured of a wave since it finished. */
export interface WaveMeasurements extends GateTally {
  wave: number;
  /** When the next one is due, ISO 8601. */
  nextAt: string;
  /** What the last one said. */
  told: string;
  /** The last ones, as a curve shows them. */
  points: GatePoint[];
}

/** One measurement: the number of the new version, and of the old one where it is asked for. `at` is ISO 8601. */
export interface GatePoint {
  at: string;
  value: number | null;
  baseline: number | null;
  verdict: MeasureVerdict;
}

/**
 * The wave of each tenant, in the order they come. Waves are filled one after the other by that order; a percentage is
 * of all tenants, rounded up. What is left goes into the wave after the last one defined.
 */
export function assignWaves(
  waves: readonly WaveDefinition[],
  tenants: readonly { labels: Readonly<Record<string, string>> }[],
): number[] {
  const assigned: (number | null)[] = tenants.map(() => null);
  for (const [wave, { size }] of waves.entries()) {
    const room = new Map<string, number>();
    for (const [index, tenant] of tenants.entries()) {
      const share = shareOf(size, tenant.labels);
      const left = room.get(share) ?? roomOf(size, tenants.length);
      if (assigned[index] !== null || left <= 0 || !fits(size, tenant.labels)) continue;
      assigned[index] = wave;
      room.set(share, left - 1);
    }
  }
  return assigned.map((wave) => wave ?? waves.length);
}

/** What it says on the screen: the given name, else what makes the wave. */
export function waveName(waves: readonly WaveDefinition[], wave: number): string {
  const definition = waves[wave];
  if (!definition) return waves.length === 0 ? 'All tenants' : 'The rest';
  if (definition.name) return definition.name;
  const { size } = definition;
  if ('count' in size) return `${size.count} ${size.count === 1 ? 'tenant' : 'tenants'}`;
  if ('percent' in size) return `${size.percent} %`;
  if ('eachOf' in size) return `${size.first ?? 1} of each ${size.eachOf}`;
  return Object.entries(size.label)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** How long the gate of a wave measures at least. */
export const gateSeconds = ({ gate }: Pick<WaveDefinition, 'gate'> = {}): number =>
  gate ? (gate.measurements - 1) * gate.everySeconds : 0;

/** What has room of its own within a wave: each value of a label, or all of them. */
const shareOf = (size: WaveDefinition['size'], labels: Readonly<Record<string, string>>): string =>
  'eachOf' in size ? (labels[size.eachOf] ?? '') : '';

function roomOf(size: WaveDefinition['size'], total: number): number {
  if ('count' in size) return size.count;
  if ('percent' in size) return Math.ceil((size.percent * total) / 100);
  if ('eachOf' in size) return size.first ?? 1;
  return total;
}

function fits(size: WaveDefinition['size'], labels: Readonly<Record<string, string>>): boolean {
  // Who has no such label is of no kind, and waits for the rest.
  if ('eachOf' in size) return Object.hasOwn(labels, size.eachOf);
  return !('label' in size) || Object.entries(size.label).every(([key, value]) => labels[key] === value);
}

/**
 * A wave of a plan: so many tenants, such a share, or those with a label. What no wave names forms the last one.
 * After a wave finished the next one waits for `bakeSeconds`.
 */
export interface WaveDefinition {
  name?: string | undefined;
  size: { count: number } | { percent: number } | { label: Record<string, string> };
  bakeSeconds: number;
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
    let room = roomOf(size, tenants.length);
    for (const [index, tenant] of tenants.entries()) {
      if (assigned[index] !== null || room <= 0 || !fits(size, tenant.labels)) continue;
      assigned[index] = wave;
      room -= 1;
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
  return Object.entries(size.label)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function roomOf(size: WaveDefinition['size'], total: number): number {
  if ('count' in size) return size.count;
  if ('percent' in size) return Math.ceil((size.percent * total) / 100);
  return total;
}

function fits(size: WaveDefinition['size'], labels: Readonly<Record<string, string>>): boolean {
  return !('label' in size) || Object.entries(size.label).every(([key, value]) => labels[key] === value);
}

import type { Outputs } from '@/server/api/router';

type Current = Outputs['versions']['current'][number];

/** Tenants for whom the same is changed, whatever they call the version they run. */
export interface Variant {
  /** What they run now; null where nothing is on record. */
  versions: (string | null)[];
  tenants: number;
  /** Some of them. */
  named: string[];
  /** The configuration before; null where it is not known. */
  payload: string | null;
}

/** The distinct changes, those of the most tenants first. */
export function variantsOf(current: readonly Current[], target: string): Variant[] {
  const variants = new Map<string, Variant>();
  for (const { version, tenants, named, payload } of current) {
    if (version === target) continue;
    // What is not known is no change that could be the same as another.
    const key = payload === null ? `unknown ${version}` : `known ${payload}`;
    const before = variants.get(key);
    variants.set(key, {
      versions: [...(before?.versions ?? []), version],
      tenants: (before?.tenants ?? 0) + tenants,
      named: [...(before?.named ?? []), ...named],
      payload,
    });
  }
  return [...variants.values()].sort((one, other) => other.tenants - one.tenants);
}

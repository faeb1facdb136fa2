import type { Outputs } from '@/server/api/router';

type Result = Pick<Outputs['plans']['rehearse'], 'tenants' | 'frozen' | 'summary'>;

/** What a rehearsal can find of a tenant, what is worst first. */
export const OUTCOMES = ['silent', 'drifted', 'busy', 'frozen', 'fine'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One thing that was found, in the order in which it is read. */
export type Found = { key: string; tenantId: string } & (
  | { kind: 'silent'; instance: string; detail: string }
  | { kind: 'drifted'; instance: string; detail: string; expected: string }
  | { kind: 'busy'; plan: string }
  | { kind: 'frozen'; name: string; until: string }
);

export interface OutcomeGroup {
  outcome: Outcome;
  /** How many tenants; one may be in several groups. */
  tenants: number;
  rows: Found[];
}

/** What was found, by what it is; those of whom there is nothing to say are only counted. */
export function groupsOf({ tenants, frozen, summary }: Result, target: string): OutcomeGroup[] {
  const rows = new Map<Outcome, Found[]>(OUTCOMES.map((outcome) => [outcome, []]));
  const add = (row: Found) => rows.get(row.kind)?.push(row);
  for (const { tenantId, expected, instances, drifted, busyIn } of tenants) {
    for (const { instance, version, detail } of instances) {
      const key = `${tenantId} ${instance}`;
      if (version === null) add({ kind: 'silent', key, tenantId, instance, detail });
      else if (drifted && expected !== null && version !== expected && version !== target)
        add({ kind: 'drifted', key, tenantId, instance, detail, expected });
    }
    if (busyIn) add({ kind: 'busy', key: tenantId, tenantId, plan: busyIn });
  }
  for (const { tenantId, name, until } of frozen)
    add({ kind: 'frozen', key: tenantId, tenantId, name, until: new Date(until).toISOString() });
  const concerned = new Set([...rows.values()].flat().map(({ tenantId }) => tenantId));
  return OUTCOMES.map((outcome) => {
    const own = rows.get(outcome) ?? [];
    const size =
      outcome === 'fine'
        ? summary.tenants - concerned.size
        : new Set(own.map(({ tenantId }) => tenantId)).size;
    return { outcome, tenants: Math.max(0, size), rows: own };
  }).filter(({ tenants: size }) => size > 0);
}

/** What tenants are looked for by: all of it must be true of one. */
export interface TenantFilter {
  /** Looked for in id and name. */
  q?: string | undefined;
  /** All of them must match; of several values one. */
  labels?: Record<string, string | string[]> | undefined;
  /** Whether some instance ran something else at the last look. */
  drifted?: boolean | undefined;
  /** Only those that run this version of this unit, on record. */
  on?: { unitId: string; version: string } | undefined;
  /** Only those that do not run this version of this unit. */
  notOn?: { unitId: string; version: string } | undefined;
}

/** Takes tenants into a choice, or out of it: those that fit a filter, or those with these ids. */
export type ChoiceStep = { take: boolean } & (
  | { filter: TenantFilter; ids?: undefined }
  | { ids: string[]; filter?: undefined }
);

/**
 * Which tenants are meant, said without a list of them: steps in the order they were taken, of which the last one that
 * concerns a tenant counts. Nobody is in it before the first.
 */
export type TenantChoice = ChoiceStep[];

export const MOST_CHOICE_STEPS = 100;

/** What of a tenant decides whether a filter fits. */
export interface Choosable {
  tenantId: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  drifted: boolean;
  units: readonly { unitId: string; current: string }[];
}

/** The same as the database finds (`fitting` in db/queries/catalogue.ts), for the rows that a page shows. */
export function fits(filter: TenantFilter, tenant: Choosable): boolean {
  const { q, labels = {}, drifted, on, notOn } = filter;
  const has = (text: string) => text.toLowerCase().includes((q ?? '').toLowerCase());
  if (q && !has(tenant.tenantId) && !has(tenant.name)) return false;
  for (const [key, values] of Object.entries(labels))
    if (!Object.hasOwn(tenant.labels, key) || ![values].flat().includes(tenant.labels[key] ?? ''))
      return false;
  if (drifted !== undefined && tenant.drifted !== drifted) return false;
  const runs = ({ unitId, version }: { unitId: string; version: string }) =>
    tenant.units.some((unit) => unit.unitId === unitId && unit.current === version);
  return (!on || runs(on)) && !(notOn && runs(notOn));
}

export function isChosen(choice: TenantChoice, tenant: Choosable): boolean {
  const last = choice.findLast((step) =>
    step.filter ? fits(step.filter, tenant) : step.ids.includes(tenant.tenantId),
  );
  return last?.take ?? false;
}

/** The choice after one more step; what that makes pointless is dropped. */
export function withStep(choice: TenantChoice, step: ChoiceStep): TenantChoice {
  if (step.filter) {
    if (isEveryone(step.filter)) return step.take ? [step] : [];
    const before = choice.filter((one) => !one.filter || !sameFilter(one.filter, step.filter));
    return [...before, step];
  }
  const named = new Set(step.ids);
  const others = choice.flatMap((one): ChoiceStep[] => {
    if (one.filter) return [one];
    const ids = one.ids.filter((id) => !named.has(id));
    return ids.length > 0 ? [{ take: one.take, ids }] : [];
  });
  const last = others.at(-1);
  const merged =
    last?.ids && last.take === step.take
      ? [...others.slice(0, -1), { take: step.take, ids: [...last.ids, ...step.ids] }]
      : [...others, step];
  // Nothing is taken out of nobody.
  const first = merged.findIndex(({ take }) => take);
  return first === -1 ? [] : merged.slice(first);
}

/** The ids a choice names and has not taken out again: they are meant also where nobody is called so. */
export function namedIds(choice: TenantChoice): string[] {
  const named = new Map<string, boolean>();
  for (const { take, ids } of choice) for (const id of ids ?? []) named.set(id, take);
  return [...named].flatMap(([id, take]) => (take ? [id] : []));
}

/** Whether all that fit are chosen, or none of them, where the choice itself says so; null where they must be counted. */
export function allOrNone(choice: TenantChoice, filter: TenantFilter): boolean | null {
  const last = choice.at(-1);
  if (!last) return false;
  if (!last.filter) return null;
  return isEveryone(last.filter) || sameFilter(last.filter, filter) ? last.take : null;
}

const isEveryone = (filter: TenantFilter): boolean =>
  Object.values(filter).every((value) => value === undefined || value === '');

const sameFilter = (one: TenantFilter, other: TenantFilter | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

import { sameJson, type TenantOnRecord } from './tenant-merge';

/** Fields of a tenant as they were before or after an import; of `current` only what the import put on record. */
export type ImportedFields = Partial<Omit<TenantOnRecord, 'tenantId'>>;

/** What an import did to one tenant, in whole fields; `before` is null where it created the tenant. */
export interface ImportedTenant {
  tenantId: string;
  before: ImportedFields | null;
  after: ImportedFields;
}

/** What came of taking an import back, as it is told and kept. */
export interface TakenBack {
  restored: number;
  removed: number;
  /** Tenants that stay as they are, and why; the first of them. */
  leftOut: { tenantId: string; reason: string }[];
  leftOutTotal: number;
}

const FIELDS = ['name', 'labels', 'endpoints', 'variables', 'overrides'] as const;

/** What is different, in whole fields: enough to have it back as it was. Null when nothing is. */
export function importedTenant(before: TenantOnRecord | null, after: TenantOnRecord): ImportedTenant | null {
  const { tenantId, ...all } = after;
  if (!before) return { tenantId, before: null, after: all };
  const was: ImportedFields = {};
  const is: ImportedFields = {};
  for (const field of FIELDS) {
    if (sameJson(before[field], after[field])) continue;
    Object.assign(was, { [field]: before[field] });
    Object.assign(is, { [field]: after[field] });
  }
  const recorded = Object.entries(after.current).filter(([unit]) => !Object.hasOwn(before.current, unit));
  if (recorded.length > 0) is.current = Object.fromEntries(recorded);
  return Object.keys(is).length > 0 ? { tenantId, before: was, after: is } : null;
}

/** What has become of a tenant since it was imported; `now` is null when it was removed. */
export interface Since {
  now: TenantOnRecord | null;
  /** A plan that came later and has it. */
  planId: string | null;
  /** A secret of it was set. */
  secretSet: boolean;
}

/** What taking an import back does to one tenant. */
export type Return =
  | { kind: 'restore'; tenant: TenantOnRecord; forget: Record<string, string> }
  | { kind: 'remove' }
  | { kind: 'leave'; reason: string };

/**
 * A tenant gets back the fields that the import changed, unless one of them was changed since; one that it created goes,
 * unless something was made of it. Of the versions it put on record those are forgotten that still say the same.
 */
export function returned({ before, after }: ImportedTenant, { now, planId, secretSet }: Since): Return {
  const leave = (reason: string): Return => ({ kind: 'leave', reason });
  if (!now) return leave('It was removed since.');
  const changed = FIELDS.filter(
    (field) => Object.hasOwn(after, field) && !sameJson(now[field], after[field]),
  );
  if (changed.length > 0) return leave(`Changed since: ${changed.join(', ')}.`);
  if (before) {
    const { current: _current, ...fields } = before;
    return { kind: 'restore', tenant: { ...now, ...fields }, forget: after.current ?? {} };
  }
  if (planId) return leave(`It is in ${planId}.`);
  if (secretSet) return leave('A secret of it was set since.');
  return { kind: 'remove' };
}

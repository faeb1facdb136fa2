import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@/db/client';
import { importedWith } from '@/db/queries/tenant-imports';
import { auditedWith, readTenantRows, type TenantDecision, writeTenants } from '@/db/queries/tenant-writes';
import { inWords, isWithin, type LimitedTo } from '@/domain/limited-to';
import { type ImportedTenant, importedTenant } from '@/domain/take-back';
import {
  type FieldChange,
  mergedTenant,
  type TenantGiven,
  type TenantOnRecord,
  tenantChanges,
} from '@/domain/tenant-merge';
import { CommandRefused, InvalidInput } from '@/server/input/refused';
import { foreignText } from '@/server/security/foreign-text';
import { NO_VEIL } from '@/server/security/veil';

/** Read, decided and put into words between the turns of others. */
const AT_ONCE = 250;
/** A row that moves under every try is one that something else writes without end. */
const MOST_TRIES = 20;
const MOST_TENANTS_TOLD = 50;
const MOST_FIELDS_TOLD = 20;
const MOST_VALUE_CHARS = 500;
/** Of an import's tenants as many are on record in the audit log itself; all are kept with the import. */
const MOST_TENANTS_AUDITED = 20;

/** What an import does or would do; of long lists the first, with `totals` beside them. */
export interface ImportPreview {
  /** Ids of tenants that are not there yet. */
  created: string[];
  changed: { tenantId: string; fields: FieldChange[]; fieldsTotal: number }[];
  /** What replacing takes away; it is in `changed` as well. */
  removed: { tenantId: string; field: string }[];
  /** Versions that were given while another is on record, which stays. */
  keptVersions: { tenantId: string; unitId: string; given: string; onRecord: string }[];
  unchanged: number;
  totals: ImportTotals & { keptVersions: number };
}

/** What somebody who agreed to a preview agreed to. */
export interface ImportTotals {
  created: number;
  changed: number;
  removed: number;
}

export interface ImportAnswer extends ImportPreview {
  /** Names it for taking it back; null when nothing was changed. */
  importId: string | null;
  /** How many tenants were taken over, the unchanged among them; none by a dry run. */
  imported: number;
}

/**
 * Creates or changes one tenant, merged by field and key, or replaced. Throws {@link CommandRefused} when it is not any more
 * what the change is `basedOn`.
 */
export async function saveTenant(
  db: Database,
  given: TenantGiven,
  { actor, limitedTo, replace, basedOn }: WrittenBy & { replace: boolean; basedOn?: string | undefined },
): Promise<void> {
  await untilDecided(async () => {
    const { decisions, before, after, stamps } = await decide(db, [given], merging(replace), limitedTo);
    refuseChanged(given.tenantId, basedOn, stamps[0]);
    const saved = { actor, action: 'tenant.save', target: given.tenantId };
    const outcome = { before: withoutId(before[0]), after: withoutId(after[0]) };
    return writeTenants(db, JSON.stringify(decisions), (decided) => [
      auditedWith(decided, { ...saved, outcome }),
    ]);
  });
}

/** What is compared here is compared again in the statement that writes, which names the same stamp. */
export function refuseChanged(
  tenantId: string,
  basedOn: string | undefined,
  stamp: string | null | undefined,
): void {
  if (basedOn === undefined || basedOn === stamp) return;
  throw new CommandRefused({
    code: 'CHANGED_MEANWHILE',
    message: `Somebody changed ${tenantId} since you read it, and nothing was done. Read it again.`,
  });
}

export function withoutId(
  tenant: TenantOnRecord | null | undefined,
): Omit<TenantOnRecord, 'tenantId'> | null {
  if (!tenant) return null;
  const { tenantId: _tenantId, ...rest } = tenant;
  return rest;
}

/**
 * Creates or changes many, all of them in one statement; a dry run only tells what that would do. With `expected` it must
 * still be as much as a dry run told. Throws {@link CommandRefused} when it is not.
 */
export async function importTenants(
  db: Database,
  given: readonly TenantGiven[],
  {
    actor,
    limitedTo,
    replace = false,
    dryRun = false,
    expected,
  }: WrittenBy & { replace?: boolean; dryRun?: boolean; expected?: ImportTotals | undefined },
): Promise<ImportAnswer> {
  return untilDecided(async () => {
    const { decisions, items, preview } = await decide(db, given, merging(replace), limitedTo);
    if (dryRun) return { importId: null, imported: 0, ...preview };
    if (expected) refuseOthers(expected, preview.totals);
    const importId = items.length > 0 ? randomUUID() : null;
    const answer = { importId, imported: given.length, ...preview };
    const outcome = auditOutcome(answer, replace);
    const [decided, noted] = [await jsonOf(decisions), await jsonOf(items)];
    const { created, changed } = preview.totals;
    const written = await writeTenants(db, decided, (cte) => [
      auditedWith(cte, { actor, action: 'tenant.import', target: 'tenants', outcome }),
      ...(importId ? importedWith(cte, { importId, actor, created, changed, items: noted }) : []),
    ]);
    return written && answer;
  });
}

function refuseOthers(expected: ImportTotals, { created, changed, removed }: ImportTotals): void {
  if (expected.created === created && expected.changed === changed && expected.removed === removed) return;
  throw new CommandRefused({
    code: 'REFUSED_BY_GUARD',
    message: `The tenants have changed since the preview, and nothing was imported. It would now create ${created}, change ${changed} and take away ${removed} values.`,
  });
}

function auditOutcome({ importId, imported, totals, ...told }: ImportAnswer, replace: boolean) {
  return {
    importId,
    replace,
    total: imported,
    created: totals.created,
    updated: totals.changed,
    unchanged: told.unchanged,
    createdTenants: told.created.slice(0, MOST_TENANTS_AUDITED),
    changes: told.changed.slice(0, MOST_TENANTS_AUDITED),
  };
}

/** Asks until the rows stood still between reading and writing. Throws {@link CommandRefused} when they never do. */
export async function untilDecided<T>(attempt: () => Promise<T | false>): Promise<T> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const done = await attempt();
    if (done !== false) return done;
  }
  throw new CommandRefused({
    code: 'REFUSED_BY_GUARD',
    message: 'Somebody else changes these tenants all the time, and nothing was done. Send it again.',
  });
}

const merging =
  (replace: boolean) =>
  (was: TenantOnRecord | null, given: TenantGiven): TenantOnRecord =>
    mergedTenant(was, given, replace);

/** Who writes tenants: with limits only those within them, before and afterwards. */
export interface WrittenBy {
  actor: string;
  limitedTo?: LimitedTo | undefined;
}

/**
 * What is to be written, on the rows as they are now; `becomes` tells what a tenant is afterwards, null to leave it out.
 * Throws {@link InvalidInput} for a tenant that is, or would be, beyond the limits of who writes.
 */
export async function decide<Given extends TenantGiven>(
  db: Database,
  given: readonly Given[],
  becomes: (was: TenantOnRecord | null, given: Given) => TenantOnRecord | null,
  limitedTo?: LimitedTo,
) {
  const decisions: TenantDecision[] = [];
  const items: ImportedTenant[] = [];
  const before: (TenantOnRecord | null)[] = [];
  const after: TenantOnRecord[] = [];
  const stamps: (string | null)[] = [];
  const preview = new PreviewSoFar();
  for (let from = 0; from < given.length; from += AT_ONCE) {
    const some = given.slice(from, from + AT_ONCE);
    const rows = await readTenantRows(
      db,
      some.map(({ tenantId }) => tenantId),
    );
    for (const one of some) {
      const row = rows.get(one.tenantId);
      const was = row?.tenant ?? null;
      const is = becomes(was, one);
      if (!is) continue;
      if (limitedTo) {
        refuseBeyond(limitedTo, was, is);
        // Whose it was is not on record, and its history would be theirs.
        if (row && !was)
          throw new InvalidInput(
            'tenantId',
            `tenantId: There was a tenant ${one.tenantId} before. Somebody whose rights are for all tenants can bring it back.`,
          );
      }
      const item = importedTenant(was, is);
      before.push(was);
      after.push(is);
      stamps.push(was && row ? row.stamp : null);
      preview.add(was, is, item !== null);
      preview.addKept(one, is);
      if (!item) continue;
      items.push(item);
      const anew = row && !was ? { anew: true } : {};
      decisions.push({ tenantId: one.tenantId, stamp: row?.stamp ?? null, tenant: is, ...anew });
    }
    await nextTurn();
  }
  return { decisions, items, before, after, stamps, preview: preview.told };
}

function refuseBeyond(
  limitedTo: LimitedTo,
  was: TenantOnRecord | null,
  { tenantId, labels }: TenantOnRecord,
): void {
  const words = inWords(limitedTo);
  if (was && !isWithin(limitedTo, was.labels))
    throw new InvalidInput('tenantId', `tenantId: ${tenantId} is not among your tenants (${words}).`);
  if (!isWithin(limitedTo, labels))
    throw new InvalidInput(
      'labels',
      `labels: With these labels ${tenantId} would not be among your tenants (${words}).`,
    );
}

class PreviewSoFar {
  readonly told: ImportPreview = {
    created: [],
    changed: [],
    removed: [],
    keptVersions: [],
    unchanged: 0,
    totals: { created: 0, changed: 0, removed: 0, keptVersions: 0 },
  };

  add(before: TenantOnRecord | null, after: TenantOnRecord, differs: boolean): void {
    const { totals, created, changed, removed } = this.told;
    const { tenantId } = after;
    if (!differs) this.told.unchanged += 1;
    else if (!before) {
      totals.created += 1;
      if (created.length < MOST_TENANTS_TOLD) created.push(tenantId);
    } else {
      totals.changed += 1;
      const fields = tenantChanges(before, after);
      if (changed.length < MOST_TENANTS_TOLD)
        changed.push({
          tenantId,
          fields: fields.slice(0, MOST_FIELDS_TOLD).map(shown),
          fieldsTotal: fields.length,
        });
      const gone = fields.filter((one) => one.after === null);
      totals.removed += gone.length;
      removed.push(
        ...gone.slice(0, MOST_TENANTS_TOLD - removed.length).map(({ field }) => ({ tenantId, field })),
      );
    }
  }

  addKept({ tenantId, current = {} }: TenantGiven, after: TenantOnRecord): void {
    const { totals, keptVersions } = this.told;
    for (const [unitId, given] of Object.entries(current)) {
      const onRecord = after.current[unitId];
      if (onRecord === undefined || onRecord === given) continue;
      totals.keptVersions += 1;
      if (keptVersions.length < MOST_TENANTS_TOLD) keptVersions.push({ tenantId, unitId, given, onRecord });
    }
  }
}

/** Long values as the beginning of their JSON. */
function shown({ field, before, after }: FieldChange): FieldChange {
  const brief = (value: unknown) => {
    const json = JSON.stringify(value);
    return json.length <= MOST_VALUE_CHARS ? value : foreignText(json, NO_VEIL, MOST_VALUE_CHARS);
  };
  return { field, before: brief(before), after: brief(after) };
}

/** The list as JSON, put together between the turns of others. */
export async function jsonOf(list: readonly unknown[]): Promise<string> {
  const parts: string[] = [];
  for (let from = 0; from < list.length; from += AT_ONCE) {
    parts.push(JSON.stringify(list.slice(from, from + AT_ONCE)).slice(1, -1));
    await nextTurn();
  }
  return `[${parts.join(',')}]`;
}

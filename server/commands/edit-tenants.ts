import { randomUUID } from 'node:crypto';
import type { Database } from '@/db/client';
import { importedWith } from '@/db/queries/tenant-imports';
import { auditedWith, writeTenants } from '@/db/queries/tenant-writes';
import { editedTenant, type TenantEdit } from '@/domain/tenant-edit';
import { CommandRefused, InvalidInput, NotFound } from '@/server/input/refused';
import {
  decide,
  type ImportPreview,
  jsonOf,
  refuseChanged,
  untilDecided,
  type WrittenBy,
  withoutId,
} from './save-tenants';
import { firstAnswer } from './task-commands';

const MOST_ENDPOINTS = 200;
/** Of many tenants as many are on record in the audit log itself; all are kept for taking it back. */
const MOST_TENANTS_AUDITED = 20;

/**
 * Changes parts of one tenant, on what it is at that moment. Throws {@link NotFound}, {@link InvalidInput} and, when it is not
 * any more what the change is `basedOn`, {@link CommandRefused}.
 */
export async function editTenant(
  db: Database,
  tenantId: string,
  edit: TenantEdit,
  { basedOn, limitedTo, ...command }: WrittenBy & { requestId: string | null; basedOn?: string | undefined },
): Promise<{ tenantId: string }> {
  return untilDecided(async () => {
    if (await firstAnswer(db, command.requestId)) return { tenantId };
    const { decisions, before, after, stamps } = await decide(
      db,
      [{ tenantId }],
      (was) => was && editedTenant(was, edit),
      limitedTo,
    );
    const [[was], [is]] = [before, after];
    if (!was || !is) throw new NotFound('tenant', tenantId);
    refuseChanged(tenantId, basedOn, stamps[0]);
    if (is.endpoints.length > MOST_ENDPOINTS)
      throw new InvalidInput(
        'endpoints',
        `endpoints: A tenant has at most ${MOST_ENDPOINTS} endpoints; these would be ${is.endpoints.length}.`,
      );
    if (decisions.length === 0) return { tenantId };
    const outcome = { before: withoutId(was), after: withoutId(is) };
    const entry = { ...command, action: 'tenant.update', target: tenantId, outcome };
    const written = await writeTenants(db, JSON.stringify(decisions), (cte) => [auditedWith(cte, entry)]);
    return written && { tenantId };
  });
}

/** What an edit of labels does or would do. */
export interface LabelsOutcome {
  /** Names it for taking it back, as an import; null when nothing was changed. */
  importId: string | null;
  labels: Record<string, string | null>;
  changed: number;
  unchanged: number;
  /** The first of those that change. */
  changes: ImportPreview['changed'];
}

/**
 * Sets and takes away labels of many in one statement, kept as an import is, so that it can be taken back. A dry run only
 * tells what it would do. Throws {@link CommandRefused} when it is not the `expected` number any more that changes.
 */
export async function editLabels(
  db: Database,
  tenantIds: readonly string[],
  command: WrittenBy & {
    labels: Record<string, string | null>;
    dryRun: boolean;
    expected?: number | undefined;
    requestId: string | null;
  },
): Promise<LabelsOutcome> {
  const { labels, dryRun, expected, actor, limitedTo, requestId } = command;
  const given = tenantIds.map((tenantId) => ({ tenantId }));
  return untilDecided(async () => {
    const prior = dryRun ? null : await firstAnswer<LabelsOutcome>(db, requestId);
    if (prior) return prior;
    const { decisions, items, preview } = await decide(
      db,
      given,
      (was) => was && editedTenant(was, { labels }),
      limitedTo,
    );
    const { unchanged } = preview;
    const { changed } = preview.totals;
    const importId = dryRun || changed === 0 ? null : randomUUID();
    const changes = preview.changed.slice(0, MOST_TENANTS_AUDITED);
    const outcome: LabelsOutcome = { importId, labels, changed, unchanged, changes };
    if (dryRun) return outcome;
    if (expected !== undefined && expected !== changed)
      throw new CommandRefused({
        code: 'REFUSED_BY_GUARD',
        message: `The tenants have changed since you looked, and nothing was done. It would now change ${changed}.`,
      });
    if (importId === null) return outcome;
    const entry = { actor, action: 'tenant.editLabels', target: 'tenants', requestId, outcome };
    const noted = { importId, actor, created: 0, changed, items: await jsonOf(items) };
    const written = await writeTenants(db, await jsonOf(decisions), (cte) => [
      auditedWith(cte, entry),
      ...importedWith(cte, noted),
    ]);
    return written && outcome;
  });
}

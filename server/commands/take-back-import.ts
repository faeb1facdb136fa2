import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@/db/client';
import { findImport, importItems, notTakenBack, takenBackWith } from '@/db/queries/tenant-imports';
import {
  auditedWith,
  readTenantRows,
  type TenantDecision,
  type WithTenants,
  writeTenants,
} from '@/db/queries/tenant-writes';
import { isWithin, type LimitedTo } from '@/domain/limited-to';
import { type Return, returned, type TakenBack } from '@/domain/take-back';
import type { TenantOnRecord } from '@/domain/tenant-merge';
import { CommandRefused, NotFound } from '@/server/input/refused';
import { jsonOf, untilDecided, type WrittenBy } from './save-tenants';

/** Read and decided between the turns of others. */
const AT_ONCE = 250;
const MOST_LEFT_OUT_TOLD = 100;

/**
 * Takes one import back, once: its tenants get their fields from before it, unless they were changed since, and those it
 * created go, unless they are used. Repeated with the same requestId it gives the first answer. Throws {@link NotFound}
 * and {@link CommandRefused}.
 */
export async function takeBackImport(
  db: Database,
  command: WrittenBy & { importId: string; requestId: string | null },
): Promise<TakenBack> {
  const { importId, requestId, actor, limitedTo } = command;
  return untilDecided(async () => {
    const found = await findImport(db, importId);
    if (!found || (limitedTo && found.actor !== actor)) throw new NotFound('import', importId);
    if (found.takenBack) {
      if (requestId !== null && found.requestId === requestId) return found.takenBack;
      throw new CommandRefused({
        code: 'REFUSED_BY_GUARD',
        message: `${found.by} has taken this import back already.`,
      });
    }
    const { decisions, answer } = await decide(db, importId, limitedTo);
    const entry = { actor, action: 'tenant.undoImport', target: importId, requestId, outcome: answer };
    const beside: WithTenants = (decided) => [
      auditedWith(decided, entry),
      takenBackWith(decided, { importId, requestId, actor, answer }),
    ];
    const written = await writeTenants(db, await jsonOf(decisions), beside, notTakenBack(importId));
    return written && answer;
  });
}

/** What is to be written, on the rows as they are now. */
async function decide(db: Database, importId: string, limitedTo: LimitedTo | undefined) {
  const decisions: TenantDecision[] = [];
  const answer: TakenBack = { restored: 0, removed: 0, leftOut: [], leftOutTotal: 0 };
  for (let after = ''; ; ) {
    const items = await importItems(db, importId, after, AT_ONCE);
    const rows = await readTenantRows(
      db,
      items.map(({ tenantId }) => tenantId),
    );
    for (const item of items) {
      const row = rows.get(item.tenantId);
      const now = row?.tenant ?? null;
      const what = within(limitedTo, now, returned(item, { ...item, now }));
      count(answer, item.tenantId, what);
      if (what.kind === 'leave') continue;
      const { tenantId } = item;
      const stamp = row?.stamp ?? null;
      decisions.push(
        what.kind === 'remove'
          ? { tenantId, stamp, tenant: null }
          : { tenantId, stamp, tenant: what.tenant, forget: what.forget },
      );
    }
    const last = items.at(-1);
    if (!last || items.length < AT_ONCE) return { decisions, answer };
    after = last.tenantId;
    await nextTurn();
  }
}

/** Its tenants may have left the reach of who takes it back, or be about to. */
function within(limitedTo: LimitedTo | undefined, now: TenantOnRecord | null, what: Return): Return {
  if (now && !isWithin(limitedTo, now.labels))
    return { kind: 'leave', reason: 'It is not among your tenants any more.' };
  if (what.kind === 'restore' && !isWithin(limitedTo, what.tenant.labels))
    return { kind: 'leave', reason: 'With its labels from before it would not be among your tenants.' };
  return what;
}

function count(answer: TakenBack, tenantId: string, what: Return): void {
  if (what.kind === 'restore') answer.restored += 1;
  else if (what.kind === 'remove') answer.removed += 1;
  else {
    answer.leftOutTotal += 1;
    if (answer.leftOut.length < MOST_LEFT_OUT_TOLD) answer.leftOut.push({ tenantId, reason: what.reason });
  }
}

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
import { type Return, returned, type TakenBack } from '@/domain/take-back';
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
    // All its tenants were theirs when they imported them.
    if (!found || (limitedTo && found.actor !== actor)) throw new NotFound('import', importId);
    if (found.takenBack) {
      if (requestId !== null && found.requestId === requestId) return found.takenBack;
      throw new CommandRefused({
        code: 'REFUSED_BY_GUARD',
        message: `${found.by} has taken this import back already.`,
      });
    }
    const { decisions, answer } = await decide(db, importId);
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
async function decide(db: Database, importId: string) {
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
      const what = returned(item, { ...item, now: row?.tenant ?? null });
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

function count(answer: TakenBack, tenantId: string, what: Return): void {
  if (what.kind === 'restore') answer.restored += 1;
  else if (what.kind === 'remove') answer.removed += 1;
  else {
    answer.leftOutTotal += 1;
    if (answer.leftOut.length < MOST_LEFT_OUT_TOLD) answer.leftOut.push({ tenantId, reason: what.reason });
  }
}

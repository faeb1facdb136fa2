import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { refusedAccess } from '@/db/schema/auth';
import { recordAudit } from './audit';
import { type Asked, type Order, tablePage } from './page';

interface Refused {
  action: string;
  address: string;
  /** What was given, such as the e-mail address of an account. */
  subject: string;
}

/**
 * Counts what nobody known was refused: one row for an address, an action and a minute. A row for each would let anybody
 * fill the audit log, from which nothing is ever removed.
 */
export async function countRefused(db: Database, { action, address, subject }: Refused): Promise<void> {
  await db.execute(sql`
    insert into ${refusedAccess} as r (minute, address, action, subject)
    values (date_trunc('minute', now()), ${address}, ${action}, ${subject.slice(0, 254)})
    on conflict (minute, address, action) do update
      set count = r.count + 1, subject = excluded.subject, last_at = now()`);
}

/** Puts an access on record: in the audit log under the name of who it was, or counted when nobody knows. */
export async function recordAccess(
  db: Database,
  event: Refused & { actor: string | null; outcome?: Record<string, unknown> },
): Promise<void> {
  const { actor, action, subject, address, outcome } = event;
  if (actor === null) return countRefused(db, event);
  await recordAudit(db, { actor, action, target: subject, outcome: { ...outcome, address } });
}

export const REFUSED_ORDER: Order = {
  by: 'desc',
  keys: [
    { column: sql`${refusedAccess.minute}`, kind: 'time' },
    { column: sql`${refusedAccess.address}`, kind: 'text' },
    { column: sql`${refusedAccess.action}`, kind: 'text' },
  ],
};

/** What was refused to nobody known, the newest minute first. */
export const listRefused = (db: Database, asked: Asked) =>
  tablePage(db, refusedAccess, { order: REFUSED_ORDER, where: undefined }, asked);

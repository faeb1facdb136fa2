import { and, asc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { webhook } from '@/db/schema/notify';
import { keyIdOf, type SecretBox, SecretUnreadable } from './secrets';

const BATCH = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Seals every stored secret with the newest key. Row by row, so it may be stopped and run again;
 * once it has returned without unreadable ones, older keys can be dropped from SWITCHYARD_SECRET_KEY. A row that cannot be
 * opened is left as it is, and told unless the secret was set anew since; it keeps none of the others from being sealed.
 */
export async function rotateSecrets(db: Database, box: SecretBox): Promise<Rotation> {
  const rotation: Rotation = { sealed: 0, unreadable: [] };
  await rotateVariables(db, box, rotation);
  await rotateWebhooks(db, box, rotation);
  return rotation;
}

/** How many were sealed anew, and what could not be opened: whose it is, and why. */
export interface Rotation {
  sealed: number;
  unreadable: string[];
}

/** Whether the secret was set anew since, so that nobody reads this row any more. */
const SUPERSEDED = sql<boolean>`exists (select 1 from secret newer where newer.tenant_id = secret.tenant_id
  and newer.name = secret.name and newer.version > secret.version)`;

/** The value sealed anew; null when it cannot be opened, which is noted. */
function sealAnew(
  box: SecretBox,
  row: { id: string; sealed: string; whose: string; superseded?: boolean },
  rotation: Rotation,
): string | null {
  try {
    return box.seal(row.id, box.open(row.id, row.sealed));
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error;
    if (!row.superseded) rotation.unreadable.push(`${row.whose}: ${error.message}`);
    return null;
  }
}

async function rotateVariables(db: Database, box: SecretBox, rotation: Rotation): Promise<void> {
  for (let after = BEFORE_ALL; ; ) {
    const rows = await db
      .select({ ...getTableColumns(secret), superseded: SUPERSEDED })
      .from(secret)
      .where(gt(secret.id, after))
      .orderBy(asc(secret.id))
      .limit(BATCH);
    for (const row of rows) {
      if (box.isCurrent(row.ciphertext)) continue;
      const whose = `The secret "${row.name}" of tenant ${row.tenantId}`;
      const ciphertext = sealAnew(box, { ...row, sealed: row.ciphertext, whose }, rotation);
      if (ciphertext === null) continue;
      // Only if it is still what was read: another rotation may be under way.
      const done = await db
        .update(secret)
        .set({ ciphertext })
        .where(and(eq(secret.id, row.id), eq(secret.ciphertext, row.ciphertext)))
        .returning({ id: secret.id });
      rotation.sealed += done.length;
    }
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return;
    after = last.id;
  }
}

/** There are few of them. */
async function rotateWebhooks(db: Database, box: SecretBox, rotation: Rotation): Promise<void> {
  for (const row of await db.select().from(webhook)) {
    await rotateColumn('secret', row.webhookId, `The secret of webhook ${row.name}`, row);
    await rotateColumn('url', `${row.webhookId}/url`, `The address of webhook ${row.name}`, row);
  }

  async function rotateColumn(
    column: 'secret' | 'url',
    id: string,
    whose: string,
    { webhookId, ...row }: typeof webhook.$inferSelect,
  ): Promise<void> {
    const before = row[column];
    // An address may be from before they were sealed.
    const plain = column === 'url' && keyIdOf(before) === null;
    if (!plain && box.isCurrent(before)) return;
    const sealed = plain ? box.seal(id, before) : sealAnew(box, { id, sealed: before, whose }, rotation);
    if (sealed === null) return;
    const done = await db
      .update(webhook)
      .set({ [column]: sealed })
      .where(and(eq(webhook.webhookId, webhookId), eq(webhook[column], before)))
      .returning({ id: webhook.webhookId });
    rotation.sealed += done.length;
  }
}

import { and, asc, eq, gt } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { webhook } from '@/db/schema/notify';
import type { SecretBox } from './secrets';

const BATCH = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Seals every stored secret with the newest key. Row by row, so it may be stopped and run again;
 * once it has returned, older keys can be dropped from SWITCHYARD_SECRET_KEY. Returns how many it changed.
 */
export async function rotateSecrets(db: Database, box: SecretBox): Promise<number> {
  return (await rotateVariables(db, box)) + (await rotateWebhooks(db, box));
}

async function rotateVariables(db: Database, box: SecretBox): Promise<number> {
  let changed = 0;
  for (let after = BEFORE_ALL; ; ) {
    const rows = await db
      .select()
      .from(secret)
      .where(gt(secret.id, after))
      .orderBy(asc(secret.id))
      .limit(BATCH);
    for (const row of rows) {
      if (box.isCurrent(row.ciphertext)) continue;
      const ciphertext = box.seal(row.id, box.open(row.id, row.ciphertext));
      // Only if it is still what was read: another rotation may be under way.
      const done = await db
        .update(secret)
        .set({ ciphertext })
        .where(and(eq(secret.id, row.id), eq(secret.ciphertext, row.ciphertext)))
        .returning({ id: secret.id });
      changed += done.length;
    }
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return changed;
    after = last.id;
  }
}

/** There are few of them. */
async function rotateWebhooks(db: Database, box: SecretBox): Promise<number> {
  let changed = 0;
  for (const row of await db.select().from(webhook)) {
    if (box.isCurrent(row.secret)) continue;
    const secret = box.seal(row.webhookId, box.open(row.webhookId, row.secret));
    const done = await db
      .update(webhook)
      .set({ secret })
      .where(and(eq(webhook.webhookId, row.webhookId), eq(webhook.secret, row.secret)))
      .returning({ id: webhook.webhookId });
    changed += done.length;
  }
  return changed;
}

import { isNotNull, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { webhook } from '@/db/schema/notify';
import { heldUntil } from '@/domain/freeze';

/** The webhooks whose quiet hours it is, by the database's clock, each with the topics that go through. */
export async function quietNow(db: Database): Promise<Record<string, string[]>> {
  const rows = await db
    .select({
      webhookId: webhook.webhookId,
      quiet: webhook.quiet,
      now: sql`clock_timestamp()`.mapWith(webhook.createdAt),
    })
    .from(webhook)
    .where(isNotNull(webhook.quiet));
  const quiet = rows.flatMap(({ webhookId, quiet, now }): [string, string[]][] => {
    if (!quiet) return [];
    const { through, ...hours } = quiet;
    return heldUntil({ kind: 'weekly', ...hours }, now) ? [[webhookId, through]] : [];
  });
  return Object.fromEntries(quiet);
}

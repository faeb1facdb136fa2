import { randomBytes, randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { type Asked, type Order, readPage, tablePage } from '@/db/queries/page';
import { webhook, webhookDelivery } from '@/db/schema/notify';
import { columnsBut, type RowOf } from '@/db/selection';
import type { Topic } from '@/domain/view/news';
import type { SecretBox } from '@/server/security/secrets';
import { addressRow, openAddress, shownAddress } from './webhook-address';

const SHOWN = columnsBut(webhook, 'secret');
/** A webhook as it may be shown: without its secret, and of its address only where it leads. */
export type WebhookInfo = RowOf<typeof SHOWN>;

const shown = (box: SecretBox, row: WebhookInfo): WebhookInfo => ({
  ...row,
  url: shownAddress(openAddress(box, row)),
});

export interface WebhookWrite {
  name: string;
  url: string;
  format: 'json' | 'slack';
  topics: Topic[];
  enabled: boolean;
}

/** Makes a webhook and returns its signing secret in clear, this once; secret and address are stored sealed. */
export async function createWebhook(
  db: Database,
  box: SecretBox,
  input: WebhookWrite & { createdBy: string },
): Promise<{ secret: string; webhook: WebhookInfo }> {
  const webhookId = randomUUID();
  const secret = `whsec_${randomBytes(32).toString('base64url')}`;
  const [row] = await db
    .insert(webhook)
    .values({
      ...{ ...input, webhookId },
      url: box.seal(addressRow(webhookId), input.url),
      secret: box.seal(webhookId, secret),
    })
    .returning(SHOWN);
  if (!row) throw new Error('The database did not return the new webhook');
  return { secret, webhook: shown(box, row) };
}

/** Changes what is given and returns the webhook as it is now; null if there is none. */
export async function updateWebhook(
  db: Database,
  box: SecretBox,
  webhookId: string,
  { url, ...change }: { [K in keyof WebhookWrite]?: WebhookWrite[K] | undefined },
): Promise<WebhookInfo | null> {
  // Naming the id again keeps the statement well formed when nothing is to change.
  const [row] = await db
    .update(webhook)
    .set({ webhookId, ...change, ...(url && { url: box.seal(addressRow(webhookId), url) }) })
    .where(eq(webhook.webhookId, webhookId))
    .returning(SHOWN);
  return row ? shown(box, row) : null;
}

/** Removes a webhook with its delivery log and returns what it was; null if there is none. */
export async function removeWebhook(
  db: Database,
  box: SecretBox,
  webhookId: string,
): Promise<WebhookInfo | null> {
  const [row] = await db.delete(webhook).where(eq(webhook.webhookId, webhookId)).returning(SHOWN);
  return row ? shown(box, row) : null;
}

export const WEBHOOK_ORDER: Order = {
  by: 'asc',
  keys: [
    { column: sql`${webhook.name}`, kind: 'text' },
    { column: sql`${webhook.webhookId}`, kind: 'uuid' },
  ],
};

/** All webhooks by name, each with how its last delivery stands. */
export async function listWebhooks(db: Database, box: SecretBox, asked: Asked) {
  const from = sql`${webhook}`;
  const list = { order: WEBHOOK_ORDER, from, as: from, where: undefined, fields: SHOWN };
  const page = await readPage(db, list, asked);
  const last = await db.execute<{ id: string; state: 'delivered' | 'gaveUp' | 'open'; at: Date }>(sql`
    select distinct on (webhook_id) webhook_id as id, created_at as at,
      case when delivered_at is not null then 'delivered' when gave_up_at is not null then 'gaveUp' else 'open' end as state
    from webhook_delivery order by webhook_id, created_at desc`);
  const byId = new Map(last.map(({ id, ...delivery }) => [id, delivery]));
  return {
    ...page,
    items: page.items.map((row) => ({ ...shown(box, row), lastDelivery: byId.get(row.webhookId) ?? null })),
  };
}

/** A webhook with what is needed to send to it. */
export async function findWebhook(db: Database, webhookId: string) {
  const [row] = await db.select().from(webhook).where(eq(webhook.webhookId, webhookId));
  return row ?? null;
}

export const DELIVERY_ORDER: Order = {
  by: 'desc',
  keys: [
    { column: sql`${webhookDelivery.createdAt}`, kind: 'time' },
    { column: sql`${webhookDelivery.planSeq}`, kind: 'number' },
    { column: sql`${webhookDelivery.deliveryId}`, kind: 'uuid' },
  ],
};

/** The delivery log, newest first. */
export function listDeliveries(db: Database, filter: Asked & { webhookId?: string | undefined }) {
  const where = filter.webhookId ? eq(webhookDelivery.webhookId, filter.webhookId) : undefined;
  return tablePage(db, webhookDelivery, { order: DELIVERY_ORDER, where }, filter);
}

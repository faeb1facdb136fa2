import { randomBytes, randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { type Asked, type Order, readPage, tablePage } from '@/db/queries/page';
import { type MessageFormat, type QuietHours, webhook, webhookDelivery } from '@/db/schema/notify';
import { columnsBut, type RowOf } from '@/db/selection';
import type { Topic } from '@/domain/view/news';
import type { SecretBox } from '@/server/security/secrets';
import type { FormatName } from './presets';
import { addressRow, openAddress, recipientsIn, shownAddress } from './webhook-address';

const SHOWN = columnsBut(webhook, 'secret');
type Row = RowOf<typeof SHOWN>;
/** A notification as it may be shown: without its secret, and of a webhook's address only where it leads. */
export type WebhookInfo = Row & { recipients: string[] };

function shown(box: SecretBox, row: Row): WebhookInfo {
  const address = openAddress(box, row);
  const email = row.kind === 'email';
  return {
    ...row,
    url: email ? '' : shownAddress(address),
    recipients: email ? recipientsIn(address) : [],
  };
}

export interface WebhookWrite {
  name: string;
  /** `mailto:` with the recipients for an e-mail. */
  url: string;
  format: FormatName;
  own: MessageFormat | null;
  topics: Topic[];
  digestSeconds: number;
  quiet: QuietHours | null;
  enabled: boolean;
}

/**
 * Makes a webhook, or an e-mail, and returns the signing secret that was made for it in clear, this once; null where the
 * receiver gave one. Secret and address are stored sealed.
 */
export async function createWebhook(
  db: Database,
  box: SecretBox,
  input: WebhookWrite & { kind: 'webhook' | 'email'; createdBy: string; secret?: string | undefined },
): Promise<{ secret: string | null; webhook: WebhookInfo }> {
  const webhookId = randomUUID();
  const made = `whsec_${randomBytes(32).toString('base64url')}`;
  const [row] = await db
    .insert(webhook)
    .values({
      ...{ ...input, webhookId },
      url: box.seal(addressRow(webhookId), input.url),
      secret: box.seal(webhookId, input.secret ?? made),
    })
    .returning(SHOWN);
  if (!row) throw new Error('The database did not return the new webhook');
  const own = input.kind === 'webhook' && input.secret === undefined;
  return { secret: own ? made : null, webhook: shown(box, row) };
}

/** Changes what is given and returns the webhook as it is now; null if there is none. */
export async function updateWebhook(
  db: Database,
  box: SecretBox,
  webhookId: string,
  {
    url,
    secret,
    ...change
  }: { [K in keyof WebhookWrite | 'secret']?: (WebhookWrite & { secret: string })[K] | undefined },
): Promise<WebhookInfo | null> {
  const sealed = {
    ...(url && { url: box.seal(addressRow(webhookId), url) }),
    ...(secret && { secret: box.seal(webhookId, secret) }),
  };
  // Naming the id again keeps the statement well formed when nothing is to change.
  const [row] = await db
    .update(webhook)
    .set({ webhookId, ...change, ...sealed })
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

/** All webhooks with what is needed to send to them. */
export const allWebhooks = (db: Database) =>
  db.select().from(webhook).orderBy(webhook.name, webhook.webhookId);

/** The same, a page of them. */
export const listStoredWebhooks = (db: Database, asked: Asked) =>
  tablePage(db, webhook, { order: WEBHOOK_ORDER, where: undefined }, asked);

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

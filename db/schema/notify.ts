import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, createdAt, large } from './columns';

/** Where notifications go. The signing secret is sealed with the row's id. */
export const webhook = pgTable('webhook', {
  webhookId: uuid('webhook_id').primaryKey(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  format: text('format').$type<'json' | 'slack'>().notNull().default('json'),
  topics: text('topics').array().notNull(),
  secret: text('secret').notNull(),
  enabled: boolean('enabled').notNull().default(true),
  createdBy: text('created_by').notNull(),
  createdAt: createdAt(),
});

/** How one attempt to deliver ended; `at` is ISO 8601. */
export interface AttemptResult {
  at: string;
  ok: boolean;
  status: number | null;
  error: string | null;
  millis: number;
}

/** One notification to one place: the delivery log. The event it is about makes it unique. */
export const webhookDelivery = pgTable(
  'webhook_delivery',
  {
    deliveryId: uuid('delivery_id').primaryKey(),
    webhookId: uuid('webhook_id')
      .notNull()
      .references(() => webhook.webhookId, { onDelete: 'cascade' }),
    planId: text('plan_id').notNull(),
    planSeq: large('plan_seq').notNull(),
    topic: text('topic').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    /** What came of each attempt, the first one first. */
    results: jsonb('results').$type<AttemptResult[]>().notNull().default([]),
    createdAt: createdAt(),
    deliveredAt: at('delivered_at'),
    gaveUpAt: at('gave_up_at'),
  },
  (table) => [
    uniqueIndex('webhook_delivery_once').on(table.webhookId, table.planId, table.planSeq),
    index('webhook_delivery_webhook').on(table.webhookId, table.createdAt),
    index('webhook_delivery_open')
      .on(table.createdAt)
      .where(sql`${table.deliveredAt} is null and ${table.gaveUpAt} is null`),
  ],
);

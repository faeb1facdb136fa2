import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, large } from './columns';

/** How a message is written and sent to a webhook: data that a person may change. */
export interface MessageFormat {
  /** Filled in with the facts of the message. */
  template: string;
  contentType: 'application/json' | 'text/plain';
  /** Filled in and added to the query of the address; empty for nothing. */
  query: string;
  /** What the answer must have in it to count as taken, for systems that answer 200 with an error inside. */
  expect: string;
}

/** Hours in which only what may go through is told at once; the rest comes as one message at the end. */
export interface QuietHours {
  /** ISO weekdays on which they begin, Monday is 1. */
  days: number[];
  /** "HH:MM" on the clocks of `timeZone`; an end at or before the start lies on the next day. */
  from: string;
  to: string;
  timeZone: string;
  /** Topics that are told all the same. */
  through: string[];
}

/**
 * Where notifications go: a webhook, or an e-mail, whose address is a `mailto:` with its recipients. Signing secret and
 * address are sealed with the row's id.
 */
export const webhook = pgTable('webhook', {
  webhookId: uuid('webhook_id').primaryKey(),
  kind: text('kind').$type<'webhook' | 'email'>().notNull().default('webhook'),
  name: text('name').notNull(),
  url: text('url').notNull(),
  /** The preset that messages are written by, or `own`. */
  format: text('format').notNull().default('json'),
  /** Of the format `own`, else null. */
  own: jsonb('own').$type<MessageFormat>(),
  topics: text('topics').array().notNull(),
  secret: text('secret').notNull(),
  /** What happens within so many seconds is one message; 0: each thing is one. */
  digestSeconds: integer('digest_seconds').notNull().default(60),
  quiet: jsonb('quiet').$type<QuietHours>(),
  enabled: boolean('enabled').notNull().default(true),
  createdBy: text('created_by').notNull(),
  createdAt: createdAt(),
});

/** What happened and is not in a message yet: the outbox. Whoever makes the message takes the rows out. */
export const webhookEvent = pgTable(
  'webhook_event',
  {
    webhookId: uuid('webhook_id')
      .notNull()
      .references(() => webhook.webhookId, { onDelete: 'cascade' }),
    planId: text('plan_id').notNull(),
    planSeq: large('plan_seq').notNull(),
    topic: text('topic').notNull(),
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull(),
    /** When the message is made that it belongs to, unless it belongs to an earlier one. */
    dueAt: at('due_at').notNull(),
    /** Quiet hours came upon it: it belongs to the digest at their end. */
    held: boolean('held').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.webhookId, table.planId, table.planSeq] })],
);

/** How one attempt to deliver ended; `at` is ISO 8601. */
export interface AttemptResult {
  at: string;
  ok: boolean;
  status: number | null;
  error: string | null;
  millis: number;
  /** It came to nothing, and another attempt would as well. */
  final?: true;
  /** Recipients that did not get it yet, where others did. */
  left?: string[];
}

/** One message to one place: the delivery log. The first event it is about makes it unique. */
export const webhookDelivery = pgTable(
  'webhook_delivery',
  {
    deliveryId: uuid('delivery_id').primaryKey(),
    webhookId: uuid('webhook_id')
      .notNull()
      .references(() => webhook.webhookId, { onDelete: 'cascade' }),
    planId: text('plan_id').notNull(),
    planSeq: large('plan_seq').notNull(),
    /** `several` of a digest of more than one. */
    topic: text('topic').notNull(),
    /** How many events it tells of. */
    count: integer('count').notNull().default(1),
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

import { date, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** What is kept of a day whose audit entries the retention removed. Written by `remove_audit_day` alone, and never changed. */
export const auditSummary = pgTable('audit_summary', {
  /** Of UTC. */
  day: date('day', { mode: 'string' }).primaryKey(),
  /** JSON, byte for byte as it was signed: `AuditSummary` of domain/audit-summary.ts. */
  summary: text('summary').notNull(),
});

/** Who says so: the key of the server that removed the day, and each key that took its place since. */
export const auditSignature = pgTable(
  'audit_signature',
  {
    day: date('day', { mode: 'string' })
      .notNull()
      .references(() => auditSummary.day),
    keyId: text('key_id').notNull(),
    /** Ed25519 over the summary, in base64. */
    signature: text('signature').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.keyId] })],
);

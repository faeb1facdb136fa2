import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { ImportedFields, TakenBack } from '../../domain/take-back';
import { at, large } from './columns';

/** An import that changed something: what it can be taken back by. */
export const tenantImport = pgTable(
  'tenant_import',
  {
    importId: uuid('import_id').primaryKey(),
    actor: text('actor').notNull(),
    at: at('at').notNull().defaultNow(),
    /** The greatest plan number then: what came later may have been planned with it. */
    planNumber: large('plan_number').notNull(),
    created: integer('created').notNull(),
    changed: integer('changed').notNull(),
    takenBackBy: text('taken_back_by'),
    takenBackAt: at('taken_back_at'),
    /** A repeated command finds its answer by it. */
    takenBackRequest: uuid('taken_back_request'),
    takenBack: jsonb('taken_back').$type<TakenBack>(),
  },
  (table) => [index('tenant_import_at').on(table.at)],
);

/** A tenant that an import created or changed, with the fields that differ; `before` is null where it created it. */
export const tenantImportItem = pgTable(
  'tenant_import_item',
  {
    importId: uuid('import_id')
      .notNull()
      .references(() => tenantImport.importId, { onDelete: 'cascade' }),
    tenantId: text('tenant_id').notNull(),
    before: jsonb('before').$type<ImportedFields>(),
    after: jsonb('after').$type<ImportedFields>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.tenantId] })],
);

import { eq, sql } from 'drizzle-orm';
import { index, jsonb, pgTable, pgView, text, uuid } from 'drizzle-orm/pg-core';
import type { Endpoint, SnapshotScope } from '../../domain/tenant';
import { at, createdAt } from './columns';

/** What configurations say, once for all snapshots of the same digest. */
export const content = pgTable('content', {
  digest: text('digest').primaryKey(),
  payload: text('payload').notNull(),
});

/** A tenant's resolved configuration, frozen: the target of tasks, or what they had before. Whoever freezes the same again shares it. */
export const tenantSnapshot = pgTable(
  'tenant_snapshot',
  {
    /** Made of everything below, so that the same has the same id and is stored once. */
    snapshotId: uuid('snapshot_id').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    unitId: text('unit_id').notNull(),
    unitName: text('unit_name').notNull(),
    version: text('version').notNull(),
    format: text('format').$type<'json' | 'text'>().notNull(),
    endpoints: jsonb('endpoints').$type<Endpoint[]>().notNull(),
    digest: text('digest')
      .notNull()
      .references(() => content.digest),
    /** What templates and stage conditions may name, frozen with the rest. */
    scope: jsonb('scope').$type<SnapshotScope>().notNull(),
    createdAt: createdAt(),
    /** When it was last frozen: until somebody can be expected to name it, the retention leaves it alone. */
    usedAt: at('used_at').notNull().defaultNow(),
  },
  // Which contents still belong to one.
  (table) => [index('tenant_snapshot_digest').on(table.digest)],
);

/**
 * A snapshot as a whole: what everything reads. Who does not ask for the payload does not read the contents. The build
 * before takes it for the table that it was, `createdAt` for its age included.
 */
export const snapshot = pgView('snapshot').as((query) =>
  query
    .select({
      snapshotId: tenantSnapshot.snapshotId,
      tenantId: tenantSnapshot.tenantId,
      unitId: tenantSnapshot.unitId,
      unitName: tenantSnapshot.unitName,
      version: tenantSnapshot.version,
      payload: content.payload,
      format: tenantSnapshot.format,
      endpoints: tenantSnapshot.endpoints,
      digest: tenantSnapshot.digest,
      scope: tenantSnapshot.scope,
      createdAt: sql<Date>`${tenantSnapshot.usedAt}`.as('created_at'),
    })
    .from(tenantSnapshot)
    .leftJoin(content, eq(content.digest, tenantSnapshot.digest)),
);

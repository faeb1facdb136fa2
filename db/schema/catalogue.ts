import { sql } from 'drizzle-orm';
import { boolean, check, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { DriftFinding } from '../../domain/drift';
import type { FreezeWindow } from '../../domain/freeze';
import type { PlaybookDefinition } from '../../domain/playbook';
import type { Endpoint } from '../../domain/tenant';
import { at, createdAt, large, updatedAt } from './columns';

export const tenant = pgTable(
  'tenant',
  {
    tenantId: text('tenant_id').primaryKey(),
    name: text('name').notNull(),
    labels: jsonb('labels').$type<Record<string, string>>().notNull().default({}),
    endpoints: jsonb('endpoints').$type<Endpoint[]>().notNull().default([]),
    variables: jsonb('variables').$type<Record<string, string>>().notNull().default({}),
    overrides: jsonb('overrides').$type<Record<string, unknown>>().notNull().default({}),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    /** Removed tenants keep their history; they no longer appear and cannot be planned. */
    removedAt: at('removed_at'),
  },
  (table) => [check('tenant_id_form', sql`${table.tenantId} ~ '^[A-Za-z0-9_-]{1,64}$'`)],
);

/** What a tenant runs of a deploy unit. Written with the task that moved it, or by an import before any did; ends with the tenant. */
export const tenantUnit = pgTable(
  'tenant_unit',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenant.tenantId),
    unitId: text('unit_id').notNull(),
    unitName: text('unit_name').notNull(),
    /** `unknown` after a send that nobody confirmed. */
    currentVersion: text('current_version').notNull(),
    currentSnapshotId: uuid('current_snapshot_id'),
    /** What it ran when that was last certain; while the current one is unknown it still says what was before. */
    knownVersion: text('known_version'),
    knownSnapshotId: uuid('known_snapshot_id'),
    lastKnownGoodVersion: text('last_known_good_version'),
    lastKnownGoodSnapshotId: uuid('last_known_good_snapshot_id'),
    /** Rises with every change: what an admission was decided on. */
    revision: large('revision').notNull().default(1),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.unitId] })],
);

export const deployUnit = pgTable('deploy_unit', {
  unitId: text('unit_id').primaryKey(),
  name: text('name').notNull(),
  createdAt: createdAt(),
});

/** Immutable: a trigger refuses changes. */
export const unitVersion = pgTable(
  'unit_version',
  {
    unitId: text('unit_id')
      .notNull()
      .references(() => deployUnit.unitId),
    version: text('version').notNull(),
    payload: text('payload').notNull(),
    format: text('format').$type<'json' | 'text'>().notNull(),
    note: text('note').notNull().default(''),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.unitId, table.version] }),
    check('unit_version_format', sql`${table.format} in ('json', 'text')`),
  ],
);

/** Every save is a new version; plans freeze the one they use. */
export const playbook = pgTable(
  'playbook',
  {
    playbookId: text('playbook_id').notNull(),
    version: integer('version').notNull(),
    name: text('name').notNull(),
    definition: jsonb('definition').$type<PlaybookDefinition>().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.playbookId, table.version] })],
);

/** A time in which the tenants it names are left alone: one tenant, those with the labels, or all. */
export const freeze = pgTable('freeze', {
  freezeId: uuid('freeze_id').primaryKey(),
  name: text('name').notNull(),
  tenantId: text('tenant_id'),
  labels: jsonb('labels').$type<Record<string, string>>(),
  window: jsonb('window').$type<FreezeWindow>().notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: createdAt(),
  removedAt: at('removed_at'),
});

/** What the settings page says; one row for each value that was set. */
export const setting = pgTable('setting', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  setBy: text('set_by').notNull(),
  setAt: at('set_at').notNull().defaultNow(),
});

/** What the last look at a tenant's instances found, compared with what is on record. */
export const driftCheck = pgTable(
  'drift_check',
  {
    tenantId: text('tenant_id').notNull(),
    unitId: text('unit_id').notNull(),
    expected: text('expected').notNull(),
    drifted: boolean('drifted').notNull(),
    instances: jsonb('instances').$type<DriftFinding[]>().notNull(),
    checkedAt: at('checked_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.unitId] })],
);

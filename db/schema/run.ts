import { sql } from 'drizzle-orm';
import {
  bigserial,
  boolean,
  check,
  index,
  integer,
  jsonb,
  type PgColumnBuilderBase,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { FreezeOverride, StartApproval } from '../../domain/approval';
import type { BulkAction, BulkOptions } from '../../domain/bulk';
import type { StateChange } from '../../domain/events';
import type { Failure } from '../../domain/failure';
import {
  type Halt,
  PLAN_STATUSES,
  type PlanDeadline,
  type PlanState,
  type PlanStatus,
  type PlanTrouble,
} from '../../domain/plan';
import { PLAN_INTENTS, type PlanIntent } from '../../domain/plan-intent';
import type { PlaybookDefinition } from '../../domain/playbook';
import type { PlanSettings } from '../../domain/settings';
import {
  type HeldBy,
  NEVER_WORKED,
  type OpenRequest,
  type OpenStep,
  TASK_STATUSES,
  type TaskState,
  type TaskStatus,
  type Worked,
} from '../../domain/task';
import { NEWS_KINDS } from '../../domain/view/news';
import type { WaveMeasurements } from '../../domain/wave';
import { at, createdAt, large } from './columns';

const oneOf = (values: readonly string[]) => sql.raw(`(${values.map((value) => `'${value}'`).join(', ')})`);

type Columns<State, Fixed extends keyof State> = Record<Exclude<keyof State, Fixed>, PgColumnBuilderBase>;

/** What the machine may change of a plan. The statement that writes it and those that read it take their columns from here. */
const planState = {
  status: text('status').$type<PlanStatus>().notNull(),
  intent: text('intent').$type<PlanIntent>().notNull().default('none'),
  intentBy: text('intent_by'),
  halted: jsonb('halted').$type<Halt>(),
  maxConcurrency: integer('max_concurrency').notNull(),
  /** The wave that may start now; the next one opens after the bake. */
  wave: integer('wave').notNull().default(0),
  /** The present wave finished, and the next one starts then. */
  bakeUntil: at('bake_until'),
  /** What was measured of the wave that finished last, where it has a gate. */
  gate: jsonb('gate').$type<WaveMeasurements>(),
  /** Failures before this do not count against the thresholds any more. */
  countingSince: at('counting_since'),
  /** Why what runs is to stop at once, when a cancel or rollback of the plan does not wait for the stages. */
  urgent: text('urgent'),
  /** The version the plan's rollback restores, when it is not the one each task had before. */
  rollbackTo: text('rollback_to'),
  /** Who has to approve its start, and who did. */
  startApproval: jsonb('start_approval').$type<StartApproval>(),
  /** That freezes do not hold it for a while: who asked, who has to grant it and who did. */
  freezeOverride: jsonb('freeze_override').$type<FreezeOverride>(),
  /** When it has to be finished, and whether that it passed was told. */
  deadline: jsonb('deadline').$type<PlanDeadline>(),
  /** Started by the system at this time. */
  startAt: at('start_at'),
  /** But not after this. */
  startBy: at('start_by'),
  startedAt: at('started_at'),
  endedAt: at('ended_at'),
} satisfies Columns<PlanState, 'planId'>;
export const PLAN_STATE = Object.keys(planState) as (keyof typeof planState)[];

export const plan = pgTable(
  'plan',
  {
    planId: text('plan_id').primaryKey(),
    number: bigserial('number', { mode: 'number' }).notNull().unique(),
    name: text('name').notNull(),
    ...planState,
    settings: jsonb('settings').$type<PlanSettings>().notNull(),
    unitId: text('unit_id').notNull(),
    unitName: text('unit_name').notNull(),
    version: text('version').notNull(),
    playbookId: text('playbook_id').notNull(),
    playbookVersion: integer('playbook_version').notNull(),
    playbook: jsonb('playbook').$type<PlaybookDefinition>().notNull(),
    /** Rises with every change of status, intent, halt or concurrency: the compare-and-set of plan and boundary decisions. */
    revision: large('revision').notNull().default(0),
    planSeq: large('plan_seq').notNull().default(0),
    /** Numbers the plan's own events, as sequenceId does a task's. */
    ownSequenceId: large('own_sequence_id').notNull().default(0),
    /** There may be something to do for it: set by every commit but its driver's, until the driver finds nothing more. */
    awake: boolean('awake').notNull().default(false),
    /** Rises when a node takes it over: every write of its driver names it, and is refused if it moved on. */
    epoch: integer('epoch').notNull().default(0),
    /** The node that drives it. */
    driver: text('driver'),
    /** Read by nobody any more; goes with the next migration, and so does the index on it. */
    lastServedAt: at('last_served_at'),
    /** Events up to here were looked at for notifications. */
    notifiedSeq: large('notified_seq').notNull().default(0),
    /** What is kept when the retention removed the events. */
    summary: jsonb('summary').$type<Record<string, unknown>>(),
    eventsRemovedAt: at('events_removed_at'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    check('plan_status_known', sql`${table.status} in ${oneOf(PLAN_STATUSES)}`),
    check('plan_intent_known', sql`${table.intent} in ${oneOf(PLAN_INTENTS)}`),
    index('plan_open')
      .on(table.lastServedAt)
      .where(sql`${table.status} in ('RUNNING', 'PAUSED', 'ROLLING_BACK')`),
    // What is looked for every second must not cost the more, the more plans came before.
    index('plan_awake').on(table.planId).where(sql`${table.awake}`),
    index('plan_unapproved')
      .on(table.createdAt)
      .where(sql`${table.status} = 'READY' and ${table.startApproval} is not null`),
    // Those that wait to be granted, and those in force, are looked for often; most plans have none.
    index('plan_overrides').on(table.createdAt).where(sql`${table.freezeOverride} is not null`),
    // Those that are late are looked for as often.
    index('plan_deadlines').on(table.createdAt).where(sql`${table.deadline} is not null`),
    index('plan_scheduled')
      .on(table.startAt)
      .where(sql`${table.status} = 'READY' and ${table.startAt} is not null`),
  ],
);

/** What the machine may change of a task, likewise; `previous` is kept by the id of its snapshot. */
const taskState = {
  status: text('status').$type<TaskStatus>().notNull(),
  direction: text('direction').$type<'forward' | 'rollback'>().notNull().default('forward'),
  stageIndex: integer('stage_index').notNull().default(0),
  currentStage: text('current_stage'),
  openStep: jsonb('open_step').$type<OpenStep>(),
  attempt: integer('attempt').notNull().default(0),
  retryCount: integer('retry_count').notNull().default(0),
  request: jsonb('request').$type<OpenRequest>(),
  heldBy: text('held_by').$type<HeldBy>(),
  /** What is asked of those who approve, and what they gave so far. */
  approval: jsonb('approval').$type<TaskState['approval']>(),
  retry: jsonb('retry').$type<TaskState['retry']>(),
  failure: jsonb('failure').$type<Failure>(),
  /** The failure that counts against the thresholds, kept through a rollback; gone with a retry. */
  counted: jsonb('counted').$type<TaskState['counted']>(),
  /** The stage before which the pause policy stopped the task, so that it does so once. */
  policyPausedAt: integer('policy_paused_at'),
  /** An operator let the task go on although the instances do not run what is on record. */
  driftAccepted: boolean('drift_accepted').notNull().default(false),
  /** Under which key the checkpoint store has the data that later stages need. */
  dataAt: jsonb('data_at').$type<TaskState['dataAt']>(),
  /** Set while a run was taken over and has made no progress since. */
  takeover: jsonb('takeover').$type<TaskState['takeover']>(),
  /** What may have left for the tenant, instance by instance. */
  sent: jsonb('sent').$type<TaskState['sent']>().notNull().default({ calls: false, config: {} }),
  stageStarted: boolean('stage_started').notNull().default(false),
  configSent: boolean('config_sent').notNull().default(false),
  healthConfirmed: boolean('health_confirmed').notNull().default(false),
  startedAt: at('started_at'),
  endedAt: at('ended_at'),
  durationMillis: large('duration_millis'),
  worked: jsonb('worked').$type<Worked>().notNull().default(NEVER_WORKED),
  stageStartedAt: at('stage_started_at'),
} satisfies Columns<
  TaskState,
  'taskId' | 'planId' | 'tenantId' | 'ordinal' | 'stages' | 'wave' | 'previous' | 'targetVersion'
>;
export const TASK_STATE = Object.keys(taskState) as (keyof typeof taskState)[];

export const task = pgTable(
  'task',
  {
    taskId: text('task_id').primaryKey(),
    planId: text('plan_id')
      .notNull()
      .references(() => plan.planId),
    tenantId: text('tenant_id').notNull(),
    unitId: text('unit_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    ...taskState,
    stages: text('stages').array().notNull(),
    wave: integer('wave').notNull().default(0),
    targetSnapshotId: uuid('target_snapshot_id'),
    previousSnapshotId: uuid('previous_snapshot_id'),
    /** That of the previous snapshot, so that counting who can go back reads no snapshot; it stays when that is gone. */
    previousVersion: text('previous_version'),
    /** The first admission: of two tasks of a tenant the one admitted later owns it. */
    admittedAt: at('admitted_at'),
    heartbeatAt: at('heartbeat_at'),
    /** Rises with every change of state: the compare-and-set of every decision. */
    revision: large('revision').notNull().default(0),
    sequenceId: large('sequence_id').notNull().default(0),
    /** Rises when a process takes the run over: every write of the executor names it and is refused if it moved on. */
    epoch: integer('epoch').notNull().default(0),
    /** Rises with every admission. Read by nobody any more; goes with the next migration. */
    run: integer('run').notNull().default(0),
    /** The present run was taken over by a process at least once: taking it over again is a recovery. */
    claimed: boolean('claimed').notNull().default(false),
    nodeId: text('node_id'),
  },
  (table) => [
    check('task_status_known', sql`${table.status} in ${oneOf(TASK_STATUSES)}`),
    uniqueIndex('task_plan_ordinal').on(table.planId, table.ordinal),
    uniqueIndex('task_plan_tenant').on(table.planId, table.tenantId),
    // Without the time of the stage: a stage's commit then changes no indexed column, and its row stays in its page.
    index('task_tenant_unit').on(table.tenantId, table.unitId),
    index('task_plan_status').on(table.planId, table.status, table.ordinal),
    // Those that wait for their turn, in their order: what admission asks for, however many are done.
    index('task_pending').on(table.planId, table.ordinal).where(sql`${table.status} = 'PENDING'`),
    index('task_plan_request').on(table.planId).where(sql`${table.request} is not null`),
    // What an operator wants at once.
    index('task_request_now').on(table.taskId).where(sql`${table.request}->>'now' is not null`),
    index('task_counted').on(table.planId).where(sql`${table.counted} is not null`),
    // Who waits for a tenant that is given back.
    index('task_waiting')
      .on(table.tenantId)
      .where(sql`${table.status} = 'PENDING' or ${table.request} is not null`),
    index('task_running').on(table.planId).where(sql`${table.status} in ('RUNNING', 'ROLLING_BACK')`),
  ],
);

/** Exclusion: whoever has the row has the tenant, across all plans and processes. */
export const tenantRun = pgTable('tenant_run', {
  tenantId: text('tenant_id').primaryKey(),
  taskId: text('task_id').notNull().unique(),
  takenAt: at('taken_at').notNull().defaultNow(),
});

/** Data that later stages need, where the store is Postgres. Which row counts is on the task's row (`data_at`). */
export const checkpoint = pgTable(
  'checkpoint',
  {
    taskId: text('task_id')
      .notNull()
      .references(() => task.taskId),
    direction: text('direction').$type<'forward' | 'rollback'>().notNull(),
    stageIndex: integer('stage_index').notNull(),
    epoch: integer('epoch').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    savedAt: at('saved_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.taskId, table.direction, table.epoch, table.stageIndex] })],
);

const newsKinds = Object.values(NEWS_KINDS)
  .flat()
  .map((kind) => `'${kind}'`)
  .join(', ');

/** Append-only: a trigger refuses UPDATE and DELETE. The event's public id is `planId:planSeq`. */
export const event = pgTable(
  'event',
  {
    planId: text('plan_id').notNull(),
    planSeq: large('plan_seq').notNull(),
    taskId: text('task_id'),
    tenantId: text('tenant_id'),
    sequenceId: large('sequence_id').notNull(),
    kind: text('kind').notNull(),
    status: text('status').notNull(),
    actor: text('actor').notNull(),
    at: at('at').notNull(),
    message: text('message').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    /** What its commit made of the state of the task or plan; with the last event of a commit, when the state changed. */
    change: jsonb('change').$type<StateChange>(),
    commitId: uuid('commit_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.planSeq] }),
    uniqueIndex('event_task_sequence')
      .on(table.taskId, table.sequenceId)
      .where(sql`${table.taskId} is not null`),
    // One event in a hundred: what people are told of who look elsewhere.
    index('event_news')
      .on(table.at)
      .where(sql.raw(`kind in (${newsKinds})`)),
  ],
);

/** Where a tenant's versions came from: one row for each move, written with the task that moved it. */
export const tenantHistory = pgTable(
  'tenant_history',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    tenantId: text('tenant_id').notNull(),
    unitId: text('unit_id').notNull(),
    fromVersion: text('from_version'),
    toVersion: text('to_version').notNull(),
    taskId: text('task_id'),
    planId: text('plan_id'),
    actor: text('actor').notNull(),
    reason: text('reason').notNull().default(''),
    /** What it ran from then on, and whether every instance passed a health-check on it: what can be gone back to. */
    snapshotId: uuid('snapshot_id'),
    confirmed: boolean('confirmed').notNull().default(false),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [index('tenant_history_tenant').on(table.tenantId, table.id)],
);

/** Append-only and chained by hash (db/functions/guards.sql). A command's requestId is unique: repeating it finds the first answer. */
export const audit = pgTable(
  'audit',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: at('at').notNull().defaultNow(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    target: text('target').notNull(),
    reason: text('reason'),
    requestId: uuid('request_id').unique(),
    outcome: jsonb('outcome').$type<Record<string, unknown>>().notNull(),
    /** Its place in the chain, and the hash over it and the entry before; null before entries were chained. */
    chain: large('chain').unique(),
    hash: text('hash'),
  },
  (table) => [
    index('audit_target').on(table.target, table.id),
    index('audit_actor').on(table.actor, table.id),
  ],
);

/** What a requestId was first used for: with anything else it is refused. */
export const requestBinding = pgTable('request_binding', {
  requestId: uuid('request_id').primaryKey(),
  /** SHA-256 of principal, procedure and input. */
  fingerprint: text('fingerprint').notNull(),
  at: at('at').notNull().defaultNow(),
});

/** One row per server process; `beatAt` tells the live from the gone. */
export const node = pgTable('node', {
  nodeId: text('node_id').primaryKey(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  /** Read by nobody any more; goes with the next migration. */
  mode: text('mode').$type<'local' | 'pg-boss'>().notNull().default('pg-boss'),
  executing: boolean('executing').notNull(),
  slots: integer('slots').notNull(),
  startedAt: at('started_at').notNull().defaultNow(),
  beatAt: at('beat_at').notNull().defaultNow(),
  /** What keeps plans that it drives from getting on, by plan. */
  trouble: jsonb('trouble').$type<Record<string, PlanTrouble>>().notNull().default({}),
});

/** A row for each process that was asked whether it is ready: written, to see whether anything can be. */
export const storageProbe = pgTable('storage_probe', {
  nodeId: text('node_id').primaryKey(),
  at: at('at').notNull(),
});

/** One row: whether admission is stopped everywhere. */
export const executor = pgTable(
  'executor',
  {
    id: integer('id').primaryKey().default(1),
    /** Read by nobody any more; goes with the next migration. */
    mode: text('mode').$type<'local' | 'pg-boss'>().notNull().default('pg-boss'),
    stopped: jsonb('stopped').$type<Halt>(),
  },
  (table) => [check('executor_single', sql`${table.id} = 1`)],
);

/** A bulk action: its filter resolved to ids when it was asked, worked off in chunks. */
export const bulk = pgTable(
  'bulk',
  {
    bulkId: uuid('bulk_id').primaryKey(),
    planId: text('plan_id')
      .notNull()
      .references(() => plan.planId),
    action: text('action').$type<BulkAction>().notNull(),
    fromCheckpoint: boolean('from_checkpoint').notNull().default(true),
    /** What else the action says: without waiting for the stage, back to which version, what was decided. */
    options: jsonb('options').$type<BulkOptions>().notNull().default({}),
    reason: text('reason'),
    requestedBy: text('requested_by').notNull(),
    requestId: uuid('request_id').unique(),
    total: integer('total').notNull(),
    createdAt: createdAt(),
    endedAt: at('ended_at'),
  },
  (table) => [index('bulk_open').on(table.planId).where(sql`${table.endedAt} is null`)],
);

/** One tenant of a bulk action; without `outcome` it was not its turn yet. */
export const bulkItem = pgTable(
  'bulk_item',
  {
    bulkId: uuid('bulk_id')
      .notNull()
      .references(() => bulk.bulkId),
    place: integer('place').notNull(),
    taskId: text('task_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    outcome: text('outcome').$type<'done' | 'refused'>(),
    message: text('message'),
  },
  (table) => [
    primaryKey({ columns: [table.bulkId, table.place] }),
    index('bulk_item_open').on(table.bulkId, table.place).where(sql`${table.outcome} is null`),
  ],
);

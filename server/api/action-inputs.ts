import { z } from 'zod';
import { BULK_ACTIONS } from '@/domain/bulk';
import { HOLDERS, RESOLUTIONS, TASK_STATUSES } from '@/domain/task';
import {
  concurrency,
  labels,
  MAX_TENANTS_PER_PLAN,
  now,
  planId,
  reason,
  requestId,
  slug,
  taskCommand,
  taskId,
  tenantId,
  toVersion,
} from './inputs';

/** About the stage that was looked at; without one about whatever it waits for. */
export const taskDecision = taskCommand.safeExtend({ stage: z.string().min(1).max(64).optional() });

export const bulkInput = z
  .strictObject({
    planId,
    action: z.enum(BULK_ACTIONS),
    /** Everything given must fit; nothing given means every task of the plan. */
    filter: z
      .strictObject({
        taskIds: z.array(taskId).max(MAX_TENANTS_PER_PLAN).optional(),
        status: z.array(z.enum(TASK_STATUSES)).optional(),
        q: z.string().max(200).optional(),
        wave: z.number().int().min(0).optional(),
        /** Of those that are paused: who holds them. */
        heldBy: z.enum(HOLDERS).optional(),
      })
      .default({}),
    fromCheckpoint: z.boolean().default(true),
    /** Cancel and rollback. */
    now,
    /** Rollback. */
    toVersion,
    /** Resolve. */
    resolution: z.enum(RESOLUTIONS).optional(),
    reason,
    requestId,
  })
  .superRefine((value, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const leaves = value.action === 'cancel' || value.action === 'rollback';
    if (value.now && !leaves) refuse('now', 'Only cancel and rollback can end a stage that is under way.');
    if (value.now && value.reason === null)
      refuse('reason', 'Give a reason for not waiting until the stage has ended.');
    if (value.toVersion !== undefined && value.action !== 'rollback')
      refuse('toVersion', 'Only a rollback goes to a version.');
    if (value.action === 'resolve' && value.resolution === undefined)
      refuse('resolution', 'Say what was decided.');
    if (value.action === 'resolve' && value.reason === null) refuse('reason', 'Give a reason.');
    if (value.action !== 'resolve' && value.resolution !== undefined)
      refuse('resolution', 'Only resolve takes a decision.');
  });

const reconcileInput = z.strictObject({ maxConcurrency: concurrency.optional(), reason, requestId });
/** What is on record is sent again to every tenant that completed the plan. */
export const planReconcile = reconcileInput.extend({ planId });
/** The same to tenants by id or by label. */
export const tenantReconcile = reconcileInput
  .extend({
    unitId: slug,
    tenantIds: z
      .array(tenantId)
      .max(MAX_TENANTS_PER_PLAN, `At most ${MAX_TENANTS_PER_PLAN} tenants at once.`)
      .default([]),
    selector: labels.optional(),
    playbookId: slug.optional(),
  })
  .refine((value) => value.tenantIds.length > 0 || value.selector !== undefined, {
    path: ['tenantIds'],
    message: 'Name at least one tenant, or labels.',
  });

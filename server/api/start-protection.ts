import { z } from 'zod';
import { approvalRule } from './approval-rule';
import { readable } from './inputs';

/** Which plans people approve before they start, and what is asked of those people. */
export const startProtection = approvalRule
  .extend({
    /** Plans of more tenants than this. */
    overTenants: z.number().int().min(0).max(10_000).nullable().default(null),
    /** Plans with a tenant that has one of these labels. */
    labels: z
      .array(
        z.strictObject({
          label: readable(z.string().min(1).max(64)),
          equals: readable(z.string().max(256)),
        }),
      )
      .max(20, 'At most 20 labels.')
      .default([]),
  })
  .refine(({ overTenants, labels }) => overTenants !== null || labels.length > 0, {
    path: ['overTenants'],
    message: 'Say how many tenants, or which label, make an approval necessary.',
  });

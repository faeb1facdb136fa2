import { z } from 'zod';
import { LEAST_AUDIT_DAYS, MOST_AUDIT_DAYS } from '@/domain/audit-summary';
import { appSettings } from './inputs';

/** Values of the settings page; null takes one back. */
export const givenSettings = z.strictObject(
  Object.fromEntries(
    Object.entries(appSettings.shape).map(([key, schema]) => [key, schema.nullable().optional()]),
  ),
);

/** How many days of the audit log are kept; null for all of them. */
export const auditDays = z
  .number()
  .int()
  .min(
    LEAST_AUDIT_DAYS,
    `must be ${LEAST_AUDIT_DAYS} days at least, so that nobody removes what happened just now`,
  )
  .max(MOST_AUDIT_DAYS)
  .nullable();

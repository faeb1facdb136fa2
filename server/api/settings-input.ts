import { z } from 'zod';
import { appSettings } from './inputs';

/** Values of the settings page; null takes one back. */
export const givenSettings = z.strictObject(
  Object.fromEntries(
    Object.entries(appSettings.shape).map(([key, schema]) => [key, schema.nullable().optional()]),
  ),
);

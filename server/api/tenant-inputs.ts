import { z } from 'zod';
import { whyNotReadable } from '@/server/input/readable';
import {
  appSettings,
  labels,
  MAX_TENANTS_PER_PLAN,
  readable,
  requestId,
  slug,
  tenantFilter,
  tenantId,
  versionName,
} from './inputs';

/** Proof of who calls belongs to the playbook, and a secret to where it is kept. */
const endpointUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2048)
  .refine((url) => {
    // What is no address has been told so; all that is wrong is told at once.
    if (!URL.canParse(url)) return true;
    const { username, password } = new URL(url);
    return username === '' && password === '';
  }, 'has a user name or a password in it: give them as auth in the playbook, from a secret');

const endpoint = z.strictObject({
  key: readable(z.string().min(1, 'is missing').max(128)),
  url: endpointUrl,
  healthUrl: endpointUrl.optional(),
  labels: labels.optional(),
});

const endpoints = z
  .array(endpoint)
  .max(200, 'A tenant has at most 200 endpoints.')
  .superRefine((list, context) => {
    const places = new Map<string, number>();
    for (const [index, { key }] of list.entries()) {
      const before = places.get(key);
      if (before !== undefined)
        context.addIssue({
          code: 'custom',
          path: [index, 'key'],
          message: `is that of endpoints.${before} as well`,
        });
      places.set(key, index);
    }
  });

const variableName = z.string().regex(/^[A-Za-z_]\w{0,63}$/);

/** What is said of a tenant; what is absent is kept. */
export const tenantWrite = z.strictObject({
  tenantId,
  name: readable(z.string().trim().max(200)).optional(),
  labels: labels.optional(),
  endpoints: endpoints.optional(),
  variables: z.record(variableName, z.string().max(4096)).optional(),
  /** Values that hold for this tenant, whatever plan, playbook and settings say. */
  overrides: appSettings.partial().optional(),
  /** What it runs now, by unit; only taken over where nothing is on record. */
  current: z.record(slug, versionName).optional(),
});

/** The `updatedAt` of the tenant that the change was made on: when it is another one by now, nothing is changed. */
const basedOn = z.string().max(64).optional();

/** What is not given goes: only where it is asked for. */
const replace = z.boolean().default(false);

/** What is taken away may be called anything: it may be older than the rule. */
const refuseUnreadableKeys = (edits: Record<string, unknown>, context: z.RefinementCtx): void => {
  for (const [key, value] of Object.entries(edits)) {
    const message = value === null ? null : whyNotReadable(key);
    if (message) context.addIssue({ code: 'custom', path: [key], message });
  }
};

const labelEdits = z
  .record(z.string().min(1, 'is missing').max(64), readable(z.string().max(256)).nullable())
  .superRefine(refuseUnreadableKeys);

/** What is changed of one tenant, by key: null takes it away, and what is not in it stays. */
export const tenantEdit = z.strictObject({
  tenantId,
  name: readable(z.string().trim().max(200)).optional(),
  labels: labelEdits.optional(),
  variables: z.record(variableName, z.string().max(4096).nullable()).optional(),
  endpoints: z
    .record(
      z.string().min(1, 'is missing').max(128),
      z.strictObject({ url: endpointUrl, healthUrl: endpointUrl.optional() }).nullable(),
    )
    .superRefine(refuseUnreadableKeys)
    .optional(),
  basedOn,
  requestId,
});

/** Labels of many at once: those that are named, or all that fit a filter. */
export const labelsEdit = z
  .strictObject({
    tenantIds: z.array(tenantId).max(MAX_TENANTS_PER_PLAN).optional(),
    filter: tenantFilter.optional(),
    /** Of those that fit the filter these are left out. */
    except: z.array(tenantId).max(MAX_TENANTS_PER_PLAN).default([]),
    labels: labelEdits.refine((labels) => Object.keys(labels).length > 0, 'Name at least one label.'),
    /** Only tells what it would do. */
    dryRun: z.boolean().default(false),
    /** How many a dry run would change: when it is another number by now, nothing is changed. */
    expected: z.number().int().min(0).optional(),
    requestId,
  })
  .refine(({ tenantIds, filter }) => (tenantIds === undefined) !== (filter === undefined), {
    path: ['tenantIds'],
    message: 'Give tenantIds or a filter.',
  });

export const tenantUpsert = tenantWrite.extend({ replace, basedOn });

/** As in a file: an endpoint without a key is known by its URL, or gets one. */
export const csvTenant = tenantWrite.extend({
  endpoints: z
    .array(endpoint.partial({ key: true }))
    .max(200, 'A tenant has at most 200 endpoints.')
    .optional(),
});

const { $schema: _dialect, ...tenantSchema } = z.toJSONSchema(tenantWrite, {
  io: 'input',
  unrepresentable: 'any',
});

const count = z.number().int().min(0);

export const importInput = z
  .strictObject({
    /** Checked by the procedure, a few at a time: ten thousand at once would hold everybody up. */
    tenants: z.array(z.unknown().meta(tenantSchema)).max(MAX_TENANTS_PER_PLAN).optional(),
    /** Columns: tenantId, name, endpointKey, endpointUrl, healthUrl, labels (a=b;c=d), unit, version. One line for each endpoint. */
    csv: z
      .string()
      .max(5 * 1024 * 1024, 'A CSV file has at most 5 MB.')
      .optional(),
    replace,
    /** Only tells what it would do. */
    dryRun: z.boolean().default(false),
    /** The totals of a dry run: when they are others by now, nothing is imported. */
    expected: z.strictObject({ created: count, changed: count, removed: count }).optional(),
  })
  .refine(({ tenants, csv }) => tenants === undefined || csv === undefined, {
    path: ['csv'],
    message: 'Give tenants or csv, not both.',
  });

export const undoImportInput = z.strictObject({ importId: z.uuid('must be a UUID'), requestId });

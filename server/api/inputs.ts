import { z } from 'zod';
import { PLAN_STATUSES } from '@/server/domain/plan';
import { MAX_CONCURRENCY_LIMIT } from '@/server/domain/plan-transition';
import { TENANT_ID } from '@/server/domain/tenant';
import { checkStep } from '@/server/executor/steps/registry';

export const MAX_TENANTS_PER_PLAN = 10_000;
const MAX_PAYLOAD_BYTES = 256 * 1024;

const utf8Length = (text: string) => Buffer.byteLength(text, 'utf8');

/** Repeating a command with the same requestId gives the first answer. */
export const requestId = z
  .uuid('must be a UUID')
  .nullish()
  .transform((value) => value ?? null);
const reason = z
  .string()
  .trim()
  .min(3, 'A reason has at least 3 characters.')
  .max(280, 'A reason has at most 280 characters.')
  .nullish()
  .transform((value) => value ?? null);

export const planId = z.string().regex(/^PLN-\d{1,12}$/, 'is not a plan id (like PLN-12)');
const taskId = z.string().regex(/^PLN-\d{1,12}\.\d{1,6}$/, 'is not a task id (like PLN-12.3)');
export const tenantId = z.string().regex(TENANT_ID, 'must be 1 to 64 letters, digits, _ or -');
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 small letters, digits or -');
export const versionName = z
  .string()
  .regex(/^[A-Za-z0-9._+-]{1,64}$/, 'must be 1 to 64 letters, digits, . _ + or -')
  .refine((value) => value !== 'unknown', 'may not be "unknown"');

/** A task by its id, or by its tenant: then the tenant's newest task is meant. */
export const taskRef = z
  .object({ taskId: taskId.optional(), tenantId: tenantId.optional() })
  .refine(
    (value) => (value.taskId === undefined) !== (value.tenantId === undefined),
    'Give taskId or tenantId.',
  );

export const planRef = z.object({ planId });
export const planCommand = z.object({ planId, reason, requestId });
export const taskCommand = z.intersection(taskRef, z.object({ reason, requestId }));

const concurrencyRange = `Concurrency must be a whole number from 1 to ${MAX_CONCURRENCY_LIMIT}.`;
export const concurrency = z
  .number(concurrencyRange)
  .int(concurrencyRange)
  .min(1, concurrencyRange)
  .max(MAX_CONCURRENCY_LIMIT, concurrencyRange);

const labels = z.record(z.string().min(1).max(64), z.string().max(256));
const wholeOrNull = (min: number, max: number) =>
  z
    .number()
    .int()
    .min(min)
    .max(max)
    .nullish()
    .transform((value) => value ?? null);

export const planRequest = z.object({
  name: z.string().trim().min(1, 'Give the plan a name.').max(120),
  /** Ids as given, or every tenant with these labels. */
  tenantIds: z
    .array(z.string().max(200))
    .max(MAX_TENANTS_PER_PLAN, `A plan has at most ${MAX_TENANTS_PER_PLAN} tenants.`)
    .default([]),
  selector: labels.optional(),
  unitId: slug,
  version: versionName,
  playbookId: slug,
  maxConcurrency: concurrency.optional(),
  settings: z
    .object({
      maxRetry: wholeOrNull(0, 100),
      healthIntervalSeconds: z
        .number()
        .min(0)
        .max(3600)
        .nullish()
        .transform((value) => value ?? null),
      healthAttempts: wholeOrNull(1, 1000),
    })
    .default({ maxRetry: null, healthIntervalSeconds: null, healthAttempts: null }),
  sources: z.record(tenantId, versionName).default({}),
});

export const createPlanInput = planRequest.extend({
  leaveOutInvalid: z.boolean().default(false),
  previewHash: z
    .string()
    .max(64)
    .nullish()
    .transform((value) => value ?? null),
  requestId,
});

const endpoint = z.object({
  key: z.string().min(1, 'is missing').max(128),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2048),
  healthUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(2048)
    .optional(),
  labels: labels.optional(),
});

export const tenantWrite = z.object({
  tenantId,
  name: z.string().trim().max(200).optional(),
  labels: labels.default({}),
  endpoints: z.array(endpoint).max(200).default([]),
  variables: z.record(z.string().regex(/^[A-Za-z_]\w{0,63}$/), z.string().max(4096)).default({}),
  overrides: z.record(z.string(), z.unknown()).default({}),
  /** What it runs now, by unit; only taken over where nothing is on record. */
  current: z.record(slug, versionName).default({}),
});

export const importInput = z.object({
  tenants: z.array(tenantWrite).max(MAX_TENANTS_PER_PLAN).optional(),
  /** Columns: tenantId, name, endpoint key, endpoint url, healthUrl, labels (a=b;c=d), unit, version. One line for each endpoint. */
  csv: z
    .string()
    .max(5 * 1024 * 1024, 'A CSV file has at most 5 MB.')
    .optional(),
});

export const versionWrite = z
  .object({
    unitId: slug,
    unitName: z.string().trim().min(1).max(120).optional(),
    version: versionName,
    payload: z
      .string()
      .refine((value) => utf8Length(value) <= MAX_PAYLOAD_BYTES, 'A configuration has at most 256 KiB.'),
    format: z.enum(['json', 'text']).default('json'),
    note: z.string().max(500).default(''),
  })
  .superRefine(({ format, payload }, context) => {
    // Placeholders outside strings are filled in later, so they stand for some JSON value here.
    if (format !== 'json' || isJson(payload.replaceAll(/\{\{[^}]*\}\}/g, '0'))) return;
    context.addIssue({ code: 'custom', path: ['payload'], message: 'is not valid JSON' });
  });

const step = z
  .looseObject({ name: z.string().trim().min(1, 'is missing').max(64), type: z.string() })
  .superRefine((value, context) => {
    for (const { path, message } of checkStep(value)) context.addIssue({ code: 'custom', path, message });
  });

export const playbookDefinition = z.object({
  stages: z
    .array(
      z.object({
        name: z.string().trim().min(1, 'is missing').max(64),
        when: z
          .object({
            label: z.string().min(1),
            equals: z.string().optional(),
            notEquals: z.string().optional(),
          })
          .optional(),
        steps: z.array(step).min(1, 'A stage has at least one step.').max(50),
      }),
    )
    .min(1, 'A playbook has at least one stage.')
    .max(50)
    .refine(
      (stages) => new Set(stages.map((stage) => stage.name)).size === stages.length,
      'Stage names must differ.',
    ),
});

export const planStatuses = z.array(z.enum(PLAN_STATUSES)).optional();

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

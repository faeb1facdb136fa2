import { z } from 'zod';
import { type Bounds, boundProblem, ORDERED } from '@/domain/condition';
import { LAST_WEEK } from '@/domain/freeze';
import { isJson } from '@/domain/json-text';
import { withStandIns } from '@/domain/payload';
import { PLAN_STATUSES } from '@/domain/plan';
import { misplacedApproval } from '@/domain/playbook';
import { SETTING_LIMITS } from '@/domain/settings';
import type { StageWhen } from '@/domain/stage-when';
import { TENANT_ID } from '@/domain/tenant';
import { type ChoiceStep, MOST_CHOICE_STEPS } from '@/domain/tenant-choice';
import { MOST_FAILURES } from '@/domain/threshold';
import { isTimeZone } from '@/domain/time-zone';
import { turn } from '@/server/input/fair-queue';
import { whyNotReadable } from '@/server/input/readable';
import { beyondBounds, USUAL_JSON } from '@/server/security/bounded-json';
import { checkPlaybook, checkWaveGate } from '@/server/steps/check-playbook';
import { bounds } from '@/server/steps/condition-settings';
import { waveGateSettings } from '@/server/steps/metric-gate-settings';
import { patternStepsIn } from '@/server/steps/pattern';
import { checkStep } from '@/server/steps/registry';
import { momentText } from './moment-input';
import { costlyGate, costlyTemplate } from './template-limits';

export const MAX_TENANTS_PER_PLAN = 10_000;
const MAX_PAYLOAD_BYTES = 256 * 1024;

const utf8Length = (text: string) => Buffer.byteLength(text, 'utf8');

/** What may be left out, and is null then. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.output<Schema> | null => value ?? null);

/** A text that others read, as one line or as several: it says what it seems to say. */
export const readable = <Schema extends z.ZodType<string>>(text: Schema, how?: { lines: boolean }) =>
  text.superRefine((value, context) => {
    const message = whyNotReadable(value, how);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** Repeating a command with the same requestId gives the first answer. */
export const requestId = orNull(z.uuid('must be a UUID'));

const reasonOf = (text: z.ZodString) =>
  readable(
    text
      .trim()
      .min(3, 'A reason has at least 3 characters.')
      .max(280, 'A reason has at most 280 characters.'),
    { lines: true },
  );
export const reason = orNull(reasonOf(z.string()));
/** For what is on record with its reason in any case. */
export const requiredReason = reasonOf(z.string('Give a reason.'));

export const planId = z.string().regex(/^PLN-\d{1,12}$/, 'is not a plan id (like PLN-12)');
export const taskId = z.string().regex(/^PLN-\d{1,12}\.\d{1,6}$/, 'is not a task id (like PLN-12.3)');
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
  .strictObject({ taskId: taskId.optional(), tenantId: tenantId.optional() })
  .refine(
    (value) => (value.taskId === undefined) !== (value.tenantId === undefined),
    'Give taskId or tenantId.',
  );

/** For a procedure that takes nothing: what is given to it all the same is refused. */
export const nothing = z.strictObject({}).nullish();

export const planRef = z.strictObject({ planId });
export const planCommand = z.strictObject({ planId, reason, requestId });
/** It does not wait for the stage under way: ends it between two rounds or tries, or abandons its call in doubt. */
export const now = z.boolean().default(false);
/** A version that all instances of the tenant once confirmed; without it the one before. */
export const toVersion = versionName.optional();
export const planLeave = planCommand.extend({ now });
export const taskCommand = taskRef.safeExtend({ reason, requestId });
export const taskCancel = taskCommand.safeExtend({ now });
export const taskRollback = taskCancel.safeExtend({ toVersion });
export const planRollback = planLeave.extend({ toVersion });

const most = SETTING_LIMITS.maxConcurrency.max;
const concurrencyRange = `Concurrency must be a whole number from 1 to ${most}.`;
export const concurrency = z
  .number(concurrencyRange)
  .int(concurrencyRange)
  .min(1, concurrencyRange)
  .max(most, concurrencyRange);

export const labels = z.record(readable(z.string().min(1).max(64)), readable(z.string().max(256)));
const wholeOrNull = (min: number, max: number) => orNull(z.number().int().min(min).max(max));

const within = (number: z.ZodNumber, { min, max }: { min: number; max: number }) => number.min(min).max(max);

/** The values every layer may set (SPEC 8), with the limits of each. */
export const appSettings = z.strictObject({
  maxConcurrency: concurrency,
  maxRetry: within(z.number().int(), SETTING_LIMITS.maxRetry),
  healthIntervalSeconds: within(z.number(), SETTING_LIMITS.healthIntervalSeconds),
  healthAttempts: within(z.number().int(), SETTING_LIMITS.healthAttempts),
  healthPath: z.string().startsWith('/', 'must begin with /').max(200),
  versionKey: z.string().min(1).max(200),
  heartbeatSeconds: within(z.number().int(), SETTING_LIMITS.heartbeatSeconds),
});

const seconds = z.number().min(0).max(86_400);
const times = z.number().int().min(1).max(100);

const kind = <Kind extends string>(name: Kind) => z.strictObject({ kind: z.literal(name) });

/** What a plan or playbook may choose of the policies; the kinds are those of domain/policies. */
const policyChoice = z
  .strictObject({
    retry: z.discriminatedUnion('kind', [
      kind('none'),
      kind('fixed').extend({ attempts: times, delaySeconds: seconds }),
      kind('exponential').extend({ attempts: times, baseSeconds: seconds, maxSeconds: seconds }),
    ]),
    pause: z.discriminatedUnion('kind', [
      kind('none'),
      kind('beforeStage').extend({ stage: z.string().min(1).max(64) }),
      kind('afterCanary'),
    ]),
    completion: z.discriminatedUnion('kind', [
      kind('all'),
      kind('percent').extend({ percent: z.number().gt(0).max(100) }),
    ]),
    rollback: z.discriminatedUnion('kind', [kind('manual'), kind('automatic')]),
    healthCheck: z.discriminatedUnion('kind', [
      kind('allInOneRound'),
      kind('consecutiveRounds').extend({ rounds: z.number().int().min(2).max(100) }),
    ]),
    checkpoint: z.discriminatedUnion('kind', [kind('eachStage'), kind('none')]),
  })
  .partial();

const waveGate = z
  .unknown()
  .pipe(waveGateSettings)
  .superRefine((gate, context) => {
    for (const { path, message } of checkWaveGate(gate)) context.addIssue({ code: 'custom', path, message });
  });

const percent = z.number().gt(0, 'must be more than 0').max(100, 'must be at most 100');
const wave = z.strictObject({
  name: readable(z.string().trim().min(1).max(64)).optional(),
  size: z.union(
    [
      z.strictObject({ count: z.number().int().min(1).max(MAX_TENANTS_PER_PLAN) }),
      z.strictObject({ percent }),
      z.strictObject({ label: labels.refine((value) => Object.keys(value).length > 0, 'Give a label.') }),
      z.strictObject({
        eachOf: readable(z.string().min(1).max(64)),
        first: z.number().int().min(1).max(MAX_TENANTS_PER_PLAN).optional(),
      }),
    ],
    'must be { count }, { percent }, { label } or { eachOf, first }',
  ),
  bakeSeconds: z
    .number()
    .min(0)
    .max(7 * 86_400)
    .default(0),
  gate: waveGate.optional(),
});
/** How much there is to check in the gates is seen before anything of them is checked. */
export const waves = z.preprocess(
  (given, context) => {
    const costly = costlyGate(given);
    if (costly) context.addIssue({ code: 'custom', path: [costly.wave, 'gate'], message: costly.message });
    return given;
  },
  z.array(wave).max(20, 'A plan has at most 20 waves.'),
);
const failures = z.number().int().min(1).max(MOST_FAILURES);
const thresholds = z.strictObject({
  failedCount: failures.optional(),
  failedPercent: percent.optional(),
  consecutive: failures.optional(),
  sameError: failures.optional(),
});

const wallClock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 22:00');
/** When something begins and ends each week. */
export const weeklyHours = {
  days: z.array(z.number().int().min(1).max(7)).min(1, 'Choose at least one day.').max(7),
  from: wallClock,
  to: wallClock,
  timeZone: z.string().refine(isTimeZone, 'is not a time zone (like Europe/Berlin)'),
};
const freezeHours = { ...weeklyHours, outside: z.boolean().optional() };
const week = z
  .number()
  .int()
  .refine((value) => value === LAST_WEEK || (value >= 1 && value <= 5), 'must be 1 to 5, or -1 for the last');
export const freezeInput = z
  .strictObject({
    name: readable(z.string().trim().min(1, 'Give the freeze a name.').max(120)),
    tenantId: tenantId.nullable().default(null),
    labels: labels.nullable().default(null),
    window: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('once'),
        from: momentText,
        to: momentText,
      }),
      z.strictObject({ kind: z.literal('weekly'), ...freezeHours }),
      z.strictObject({
        kind: z.literal('monthly'),
        weeks: z.array(week).min(1, 'Choose at least one week.').max(6),
        ...freezeHours,
      }),
    ]),
  })
  .refine((value) => value.tenantId === null || value.labels === null, {
    path: ['labels'],
    message: 'Give a tenant or labels, not both.',
  })
  // Of what is no date that is told, and nothing more.
  .refine(({ window }) => window.kind !== 'once' || !(new Date(window.from) >= new Date(window.to)), {
    path: ['window', 'to'],
    message: 'The end must lie after the start.',
  });

const unitVersion = z.strictObject({ unitId: slug, version: versionName });

/** By what tenants are looked for. */
export const tenantFilter = z.strictObject({
  q: z.string().max(200).optional(),
  labels: z.record(z.string(), z.union([z.string(), z.array(z.string()).max(1000)])).optional(),
  drifted: z.boolean().optional(),
  /** What is on record that they run. */
  on: unitVersion.optional(),
  /** What they do not run, or not yet: another version is on record, or none. */
  notOn: unitVersion.optional(),
});

const manyIds = z
  .array(z.string().max(200))
  .max(MAX_TENANTS_PER_PLAN, `A plan has at most ${MAX_TENANTS_PER_PLAN} tenants.`);

const choiceStep = z
  .strictObject({ take: z.boolean(), filter: tenantFilter.optional(), ids: manyIds.optional() })
  .refine(({ filter, ids }) => (filter === undefined) !== (ids === undefined), 'Give filter or ids.')
  .transform(
    ({ take, filter = {}, ids }): ChoiceStep => (ids === undefined ? { take, filter } : { take, ids }),
  );

/** Which tenants are meant, without a list of all of them. */
export const choiceInput = {
  choice: z.array(choiceStep).max(MOST_CHOICE_STEPS, `A choice has at most ${MOST_CHOICE_STEPS} steps.`),
  /** Without those that another plan holds now. */
  leaveOutBusy: z.boolean().default(false),
};

export const planRequest = z.strictObject({
  name: readable(z.string().trim().min(1, 'Give the plan a name.').max(120)),
  /** Ids as given, every tenant with these labels, or those that a choice comes to. */
  tenantIds: manyIds.default([]),
  selector: labels.optional(),
  ...choiceInput,
  choice: choiceInput.choice.optional(),
  unitId: slug,
  version: versionName,
  playbookId: slug,
  maxConcurrency: concurrency.optional(),
  settings: z
    .strictObject({
      maxRetry: wholeOrNull(0, 100),
      healthIntervalSeconds: orNull(z.number().min(0).max(3600)),
      healthAttempts: wholeOrNull(1, 1000),
      policies: policyChoice.optional(),
      waves: waves.optional(),
      thresholds: thresholds.optional(),
      driftGuard: z.boolean().optional(),
      reconcile: z.boolean().optional(),
    })
    .default({ maxRetry: null, healthIntervalSeconds: null, healthAttempts: null }),
  sources: z.record(tenantId, versionName).default({}),
});

export const createPlanInput = planRequest.extend({
  leaveOutInvalid: z.boolean().default(false),
  previewHash: orNull(z.string().max(64)),
  requestId,
});

export const versionWrite = z
  .strictObject({
    unitId: slug,
    unitName: readable(z.string().trim().min(1).max(120)).optional(),
    version: versionName,
    payload: z
      .string()
      .refine((value) => utf8Length(value) <= MAX_PAYLOAD_BYTES, 'A configuration has at most 256 KiB.'),
    format: z.enum(['json', 'text']).default('json'),
    note: readable(z.string().max(500), { lines: true }).default(''),
  })
  .superRefine(({ format, payload }, context) => {
    const issue = (message: string) => context.addIssue({ code: 'custom', path: ['payload'], message });
    const costly = costlyTemplate(payload);
    if (costly) return issue(costly);
    if (format !== 'json') return;
    // Placeholders outside strings are filled in later, so they stand for some JSON value here.
    const filled = filledForLook(payload);
    const beyond = beyondBounds(filled, { ...USUAL_JSON, parts: MAX_PAYLOAD_BYTES });
    if (beyond) return issue(beyond);
    if (!isJson(filled)) issue('is not valid JSON');
  });

/** What cannot be read as a template is told when a plan is made, for the tenants it is for. */
function filledForLook(payload: string): string {
  try {
    return withStandIns(payload);
  } catch {
    return payload.replaceAll(/\{\{[^{}]*\}\}/g, '0');
  }
}

const WHEN_KINDS = ['all', 'any', 'not', 'label'] as const;
const LABEL_COMPARATORS = ['equals', 'notEquals', 'oneOf', 'contains', 'exists', ...ORDERED] as const;

/** For which tenants a stage is. */
const stageWhen: z.ZodType<StageWhen> = z.lazy(() =>
  z
    .strictObject({
      all: z.array(stageWhen).min(1).max(20).optional(),
      any: z.array(stageWhen).min(1).max(20).optional(),
      not: stageWhen.optional(),
      label: z.string().min(1).optional(),
      equals: z.string().optional(),
      notEquals: z.string().optional(),
      oneOf: z.array(z.string()).min(1).max(100).optional(),
      contains: z.string().min(1).optional(),
      exists: z.boolean().optional(),
      ...bounds,
    })
    .superRefine((given, context) => {
      const message = whenProblem(given);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .transform((given) => given as StageWhen),
);

type GivenWhen = Bounds & {
  [Name in (typeof WHEN_KINDS)[number] | (typeof LABEL_COMPARATORS)[number]]?: unknown;
};

function whenProblem(given: GivenWhen): string | null {
  if (WHEN_KINDS.filter((name) => given[name] !== undefined).length !== 1)
    return `Give exactly one of ${WHEN_KINDS.join(', ')}.`;
  if (given.label === undefined)
    return Object.keys(given).length > 1 ? 'Comparisons stand beside a label.' : null;
  if (LABEL_COMPARATORS.every((name) => given[name] === undefined))
    return `Say what the label is compared with: ${LABEL_COMPARATORS.join(', ')}.`;
  return boundProblem(given);
}

const step = z
  .looseObject({ name: readable(z.string().trim().min(1, 'is missing').max(64)), type: z.string() })
  .superRefine(async (value, context) => {
    // Of two hundred steps each has its turn.
    await turn();
    for (const { path, message } of checkStep(value)) context.addIssue({ code: 'custom', path, message });
  });

/** Checked step by step, so it is only parsed asynchronously. */
export const playbookDefinition = z
  .strictObject({
    stages: z
      .array(
        z.strictObject({
          name: readable(z.string().trim().min(1, 'is missing').max(64)),
          when: stageWhen.optional(),
          steps: z.array(step).min(1, 'A stage has at least one step.').max(50),
        }),
      )
      .min(1, 'A playbook has at least one stage.')
      .max(50)
      .superRefine((stages, context) => {
        for (const [index, stage] of stages.entries()) {
          const message = misplacedApproval(stage);
          if (message) context.addIssue({ code: 'custom', path: [index, 'steps'], message });
        }
      })
      .refine(
        (stages) => new Set(stages.map((stage) => stage.name)).size === stages.length,
        'Stage names must differ.',
      ),
    policies: policyChoice.optional(),
    settings: appSettings.partial().optional(),
  })
  .superRefine(async (definition, context) => {
    for (const { path, message } of await checkPlaybook(definition))
      context.addIssue({ code: 'custom', path, message });
  });

/** As many steps as are compiled within a few tens of milliseconds. */
const MOST_PATTERN_STEPS = 5000;

/** A playbook as somebody gives it: its patterns are counted before they are compiled. */
export const givenPlaybook = z
  .unknown()
  .superRefine(async (given, context) => {
    await turn();
    if (patternStepsIn(given) > MOST_PATTERN_STEPS)
      context.addIssue({
        code: 'custom',
        message: 'has too many large patterns: repeat less in them, or take fewer',
      });
    await turn();
  })
  .pipe(playbookDefinition);

export const planStatuses = z.array(z.enum(PLAN_STATUSES)).optional();

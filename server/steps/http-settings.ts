import { z } from 'zod';
import { jsonPathProblem } from './json-path';
import { patternProblem } from './pattern';

/** Each may look through a whole answer. */
const MAX_EXPECTATIONS = 50;
const MAX_EXTRACTED = 50;

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not a header name');
/** `instances` is where values of single instances are kept. */
const valueName = z
  .string()
  .regex(/^[A-Za-z_]\w{0,63}$/, 'must be letters, digits or _')
  .refine((name) => name !== 'instances', 'may not be called "instances"');

/** How a step proves who it is. Values are templates; take secrets from `{{secret.NAME}}`. */
const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('basic'), username: z.string(), password: z.string() }),
  z.strictObject({ type: z.literal('bearer'), token: z.string() }),
  z.strictObject({ type: z.literal('header'), name: headerName, value: z.string() }),
]);

/** Status codes or classes: 204, "2xx". */
const status = z.union([
  z.number().int().min(100).max(599),
  z
    .string()
    .regex(/^[1-5]xx$/, 'must be like 2xx')
    .transform((text) => text as `${number}xx`),
]);

/** A place in JSON (RFC 9535). */
export const jsonPath = z
  .string()
  .min(1)
  .superRefine((path, context) => {
    const message = jsonPathProblem(path);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** One that JavaScript has kept as it was written. */
const exactNumber = z
  .number()
  .refine(
    (number) => !Number.isInteger(number) || Number.isSafeInteger(number),
    'is a number that cannot be kept exactly: write it as a template, like {{data.NAME}}',
  );

/** One thing that must be true of the answer's JSON body (or of its text, without a path). Texts are templates. */
const bodyExpectation = z.strictObject({
  path: jsonPath.optional(),
  equals: z.union([z.string(), exactNumber, z.boolean(), z.null()]).optional(),
  contains: z.string().optional(),
  exists: z.boolean().optional(),
});

/** Where a value stands in an answer; `secret` ones are never shown, and kept sealed where they are saved. */
export const extraction = z
  .strictObject({
    json: jsonPath.optional(),
    /** The first group, else the whole match. */
    regex: z
      .string()
      .min(1)
      .superRefine((source, context) => {
        const message = patternProblem(source);
        if (message) context.addIssue({ code: 'custom', message });
      })
      .optional(),
    header: headerName.optional(),
    trailer: headerName.optional(),
    secret: z.boolean().default(false),
  })
  .refine(
    ({ json, regex, header, trailer }) =>
      [json, regex, header, trailer].filter((one) => one !== undefined).length === 1,
    'Give exactly one of json, regex, header and trailer.',
  );

/** When an answer (or a connection that was refused) is worth another try. Milliseconds. */
const retries = z.strictObject({
  on: z
    .array(z.union([status, z.literal('connection')]))
    .min(1)
    .default(['connection', 429, 503]),
  /** 0: never. */
  count: z.number().int().min(0).max(20).default(3),
  backoff: z.enum(['fixed', 'exponential']).default('exponential'),
  delayMillis: z.number().int().min(0).max(600_000).default(1000),
  maxDelayMillis: z.number().int().min(0).max(600_000).default(30_000),
});

/** JSON has no bounds for numbers, JavaScript has: one that was read as another must not be sent. */
const callBody = z
  .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())])
  .superRefine((body, context) => {
    for (const path of numbersLost(body)) context.addIssue({ code: 'custom', path, message: LOST_NUMBER });
  });
const LOST_NUMBER = 'is a number that cannot be kept exactly: write the body as text';

function numbersLost(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? Number.isSafeInteger(value)
        ? []
        : [path]
      : Number.isFinite(value)
        ? []
        : [path];
  if (value === null || typeof value !== 'object') return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, item]) => numbersLost(item, [...path, key]));
}

/** A request as a playbook writes it: URL, headers and body are templates. */
const httpCall = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  /** Absolute, or a path below the endpoint's URL. */
  url: z.string().min(1, 'is missing').default('{{endpoint.url}}'),
  headers: z.record(headerName, z.string()).default({}),
  /** Text is sent as it is, anything else as JSON; both after filling in. */
  body: callBody.optional(),
  auth: auth.optional(),
  timeoutMillis: z.number().int().min(1).max(300_000).default(10_000),
  expect: z
    .strictObject({
      status: z.array(status).min(1).default(['2xx']),
      body: z
        .array(bodyExpectation)
        .max(MAX_EXPECTATIONS, `has more than ${MAX_EXPECTATIONS} entries`)
        .default([]),
    })
    .default({ status: ['2xx'], body: [] }),
  /** Values of the answer by name; later calls and steps use them as `{{data.NAME}}`. */
  extract: z
    .record(valueName, extraction)
    .refine((values) => Object.keys(values).length <= MAX_EXTRACTED, `has more than ${MAX_EXTRACTED} values`)
    .default({}),
  /** Without it, what may be said twice is tried again by itself. */
  retries: z.preprocess((given) => (given === 'none' ? { count: 0 } : given), retries).optional(),
});

/** What holds for every connection of a step. */
export const connectionSettings = {
  /** Authorities to trust besides the well-known ones: PEM text or a template like `{{secret.CA}}`. */
  caPem: z.string().min(1).optional(),
  /** Most requests at once to one host and port, over all tasks of this process. */
  maxPerHost: z.number().int().min(1).max(1000).optional(),
};

/** What to do when nobody knows whether something sent was applied: send again, look first, or leave it to an operator. */
export const inDoubt = z.enum(['resend', 'probe', 'ask']);
/** Once for every instance, or once for the tenant. */
export const target = z.enum(['instance', 'tenant']);

/** What a look at an instance shares with a call. */
export const probeRequest = httpCall.pick({
  headers: true,
  auth: true,
  body: true,
  expect: true,
  extract: true,
}).shape;

export type HttpCall = z.infer<typeof httpCall>;
export type BodyExpectation = z.infer<typeof bodyExpectation>;
export type Extraction = z.infer<typeof extraction>;
export type Retries = z.infer<typeof retries>;
export type InDoubt = z.infer<typeof inDoubt>;
export type Target = z.infer<typeof target>;
export type ConnectionSettings = { caPem?: string | undefined; maxPerHost?: number | undefined };

/** The settings of a step that sends HTTP, complete: `request` alone has become the only one of `calls`. */
export interface HttpSettings extends ConnectionSettings {
  connector: 'http';
  target: Target;
  calls: HttpCall[];
  inDoubt?: InDoubt | undefined;
  readBack?: HttpCall | undefined;
  save: string[];
}

/** A complete call out of what matters of it; for requests no playbook writes. */
export function httpCallOf(settings: z.input<typeof httpCall>): HttpCall {
  return httpCall.parse(settings);
}

/** The settings of a step that sends HTTP; `defaults` complete its `request`, not its `calls`. */
export function httpSettings(defaults: Partial<z.input<typeof httpCall>> & { target: Target }) {
  const { target: defaultTarget, ...call } = defaults;
  return z
    .strictObject({
      connector: z.literal('http').default('http'),
      target: target.default(defaultTarget),
      /** One call; several stand in `calls`. */
      request: z.preprocess((given) => withDefaults(given, call), httpCall).optional(),
      calls: z.array(httpCall).min(1).max(20).optional(),
      ...connectionSettings,
      inDoubt: inDoubt.optional(),
      /** Asked after a lost answer: its expectation holds once the step has taken effect. */
      readBack: z.preprocess((given) => withDefaults(given, { method: 'GET' }), httpCall).optional(),
      /** Names of extracted values that later stages need. */
      save: z.array(valueName).default([]),
    })
    .superRefine(({ request, calls, save }, context) => {
      if (request && calls)
        context.addIssue({ code: 'custom', path: ['calls'], message: 'Give request or calls, not both.' });
      const known = Object.assign({}, ...(calls ?? [request]).map((one) => one?.extract));
      for (const [index, name] of save.entries()) {
        const path = ['save', index];
        if (!Object.hasOwn(known, name))
          context.addIssue({ code: 'custom', path, message: `no call extracts "${name}"` });
      }
    })
    .transform(
      ({ request, calls, ...rest }): HttpSettings => ({
        ...rest,
        calls: calls ?? [request ?? httpCall.parse(call)],
      }),
    );
}

/** Settings that depend on `connector`, which is `http` when nothing is said. */
export function byConnector<
  const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(...options: Options) {
  return z.preprocess(
    (given) => withDefaults(given, { connector: 'http' }),
    z.discriminatedUnion('connector', options),
  );
}

function withDefaults(given: unknown, defaults: object): unknown {
  return given !== null && typeof given === 'object' && !Array.isArray(given)
    ? { ...defaults, ...given }
    : given;
}

import { z } from 'zod';
import {
  comparators,
  condition,
  headerName,
  joined,
  jsonPath,
  ofValues,
  pattern,
  xmlPath,
} from './condition-settings';

/** Each may look through a whole answer. */
const MAX_EXPECTATIONS = 50;
const MAX_EXTRACTED = 50;
const BODY_BYTES = 1024 * 1024;
const MAX_BODY_BYTES = 2 * BODY_BYTES;

/** Those that only read, and the others; those of WebDAV (RFC 4918, 3253, 4791) and of caches come last. */
const READS = ['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH'] as const;
const METHODS = [
  ...(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH'] as const),
  ...(['PROPPATCH', 'MKCOL', 'MKCALENDAR', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'PURGE', 'BAN'] as const),
] as const;

/** Whether a method only reads. */
export const onlyReads = (method: string): boolean => READS.some((one) => one === method);

/** `instances` is where values of single instances are kept. */
const valueName = z
  .string()
  .regex(/^[A-Za-z_]\w{0,63}$/, 'must be letters, digits or _')
  .refine((name) => name !== 'instances', 'may not be called "instances"');

/** How a step proves who it is. Values are templates; take secrets from `{{secret.NAME}}`. */
const knownProofs = [
  z.strictObject({ type: z.literal('basic'), username: z.string(), password: z.string() }),
  z.strictObject({ type: z.literal('bearer'), token: z.string() }),
  z.strictObject({ type: z.literal('header'), name: headerName, value: z.string() }),
] as const;

/** Status codes or classes: 204, "2xx". */
const status = z.union([
  z.number().int().min(100).max(599),
  z
    .string()
    .regex(/^[1-5]xx$/, 'must be like 2xx')
    .transform((text) => text as `${number}xx`),
]);

/** One thing that must be true of the answer's JSON body (or of its text, without a path). Texts are templates. */
const bodyExpectation = z.strictObject({ path: jsonPath.optional(), ...comparators });

/** Where a value stands in an answer; `secret` ones are never shown, and kept sealed where they are saved. */
export const extraction = z
  .strictObject({
    json: jsonPath.optional(),
    xml: xmlPath.optional(),
    header: headerName.optional(),
    trailer: headerName.optional(),
    /** The first group of a pattern, else its whole match: of the text, or of what was found there. */
    regex: pattern.optional(),
    /** Taken where there is nothing; without it that fails the call. A template. */
    default: z.string().optional(),
    secret: z.boolean().default(false),
  })
  .superRefine(({ json, xml, regex, header, trailer }, context) => {
    const places = [json, xml, header, trailer].filter((one) => one !== undefined).length;
    if (places > 1 || (places === 0 && regex === undefined))
      context.addIssue({
        code: 'custom',
        message: 'Give exactly one of json, xml, header and trailer, or a regex of the text.',
      });
  });

/** When an answer (or a connection that was refused) is worth another try. Milliseconds. */
export const retries = z.strictObject({
  on: z
    .array(z.union([status, z.literal('connection')]))
    .min(1)
    .default(['connection', 429, 503]),
  /** Answers with any status that are worth it as well. */
  when: condition.optional(),
  /** 0: never. */
  count: z.number().int().min(0).max(20).default(3),
  backoff: z.enum(['fixed', 'exponential']).default('exponential'),
  delayMillis: z.number().int().min(0).max(600_000).default(1000),
  maxDelayMillis: z.number().int().min(0).max(600_000).default(30_000),
});

/** When all calls of a step are worth another try, from the first: what they read before they write is read anew. */
const repeat = z.strictObject({
  on: z.array(z.union([status, z.literal('connection')])).default([412]),
  /** Answers with any status that are worth it as well. */
  when: condition.optional(),
  count: z.number().int().min(1).max(20).default(3),
  delayMillis: z.number().int().min(0).max(600_000).default(500),
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

const redirectHost = z
  .string()
  .regex(/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]|\{\{.*\}\})(?::\d{1,5})?$/, 'must be a host, or host:port');

/** A request as a playbook writes it: URL, headers and body are templates. */
const request = z.strictObject({
  method: z.enum(METHODS).default('POST'),
  /** Absolute, or a path below the endpoint's URL. */
  url: z.string().min(1, 'is missing').default('{{endpoint.url}}'),
  headers: z.record(headerName, z.string()).default({}),
  /** Text is sent as it is, anything else as JSON; both after filling in. */
  body: callBody.optional(),
  auth: z.discriminatedUnion('type', knownProofs).optional(),
  timeoutMillis: z.number().int().min(1).max(300_000).default(10_000),
  expect: z
    .strictObject({
      status: z.array(status).min(1).default(['2xx']),
      body: z
        .array(bodyExpectation)
        .max(MAX_EXPECTATIONS, `has more than ${MAX_EXPECTATIONS} entries`)
        .default([]),
      ...joined,
    })
    .default({ status: ['2xx'], body: [] }),
  /** Hosts (`host` or `host:port`) that a redirect may lead to, credentials included; others are not followed. */
  redirects: z.array(redirectHost).min(1).max(20).optional(),
  /** The most that an answer may have, packed and unpacked. */
  maxBodyBytes: z.number().int().min(1024).max(MAX_BODY_BYTES).default(BODY_BYTES),
});

/** Logs in before the call, and again when the token is refused; a token is kept per tenant and host until it expires. */
const login = z.strictObject({
  type: z.literal('login'),
  request,
  /** Where the answer has the token; it is never shown. */
  token: extraction.transform((place) => ({ ...place, secret: true })),
  /** Where it says for how many seconds the token lives; else `expiresSeconds`. */
  expiresIn: extraction.optional(),
  expiresSeconds: z.number().int().min(1).max(86_400).default(300),
  /** Answers that mean that the token is none any more: the login is made anew, once. */
  renewOn: z.array(status).min(1).default([401, 403]),
  /** The header that carries it, and what stands before it there: in Authorization `Bearer ` unless said. */
  header: headerName.default('Authorization'),
  prefix: z.string().max(100).optional(),
});

/** A call is made again until this holds: what is waited for takes its time. */
const until = z
  .strictObject({
    ...joined,
    everySeconds: z.number().min(0).max(3600).default(2),
    attempts: z.number().int().min(1).max(1000).default(30),
    /** It must hold for so long, at every look. */
    settleSeconds: z.number().min(0).max(3600).default(0),
    /** Ends the waiting at once: it will not come any more. */
    failFast: condition.optional(),
  })
  .refine(({ all, any, not }) => all ?? any ?? not, 'Say what is waited for, with all, any or not.');

const httpCall = request
  .extend({
    auth: z.discriminatedUnion('type', [...knownProofs, login]).optional(),
    /** Values of the answer by name; later calls and steps use them as `{{data.NAME}}`. */
    extract: z
      .record(valueName, extraction)
      .refine(
        (values) => Object.keys(values).length <= MAX_EXTRACTED,
        `has more than ${MAX_EXTRACTED} values`,
      )
      .default({}),
    /** Without it, what may be said twice is tried again by itself. */
    retries: z.preprocess((given) => (given === 'none' ? { count: 0 } : given), retries).optional(),
    /** It may be said twice whatever its method. */
    repeatable: z.boolean().optional(),
    until: until.optional(),
    /** Made only where this holds of what earlier calls took: there is no answer yet, so that only `value` can be looked at. */
    when: ofValues('is asked before the call is made: only "value" can be looked at').optional(),
  })
  .refine(({ method, until: waits, repeatable }) => !waits || onlyReads(method) || repeatable === true, {
    path: ['until'],
    message:
      'makes the call again and again: give it a method that only reads, like GET, or say "repeatable": true',
  });

/** How a connection is encrypted where the usual way will not do. Texts are templates. */
const tls = z
  .strictObject({
    /** A certificate that shows who we are, and its key: PEM, from secrets. */
    certPem: z.string().min(1).optional(),
    keyPem: z.string().min(1).optional(),
    /** The name that the target's certificate is for, where that is not the address. */
    serverName: z.string().min(1).optional(),
    /** False: whoever answers is taken for the target. */
    verify: z.boolean().optional(),
  })
  .refine(({ certPem, keyPem }) => (certPem === undefined) === (keyPem === undefined), {
    path: ['keyPem'],
    message: 'goes with certPem: give both or neither',
  });

/** The proxy by which a target is reached, with CONNECT. Texts are templates. */
const proxy = z.strictObject({
  url: z.string().min(1, 'is missing'),
  username: z.string().optional(),
  password: z.string().optional(),
});

/** What holds for every connection of a step. */
export const connectionSettings = {
  /** Authorities to trust besides the well-known ones: PEM text or a template like `{{secret.CA}}`. */
  caPem: z.string().min(1).optional(),
  tls: tls.optional(),
  proxy: proxy.optional(),
  /** Most requests at once to one host and port, over all tasks of this process. */
  maxPerHost: z.number().int().min(1).max(1000).optional(),
};

/** The same for what is not HTTP, and knows no proxy. */
const { proxy: _ofHttp, ...socketSettings } = connectionSettings;

export { socketSettings };

/** When a connection that was refused, or a reply that passes by itself, is worth another try where there is no HTTP. */
export const patience = retries.omit({ on: true, when: true }).optional();

/** What to do when nobody knows whether something sent was applied: send again, look first, or leave it to an operator. */
export const inDoubt = z.enum(['resend', 'probe', 'ask']);
/** Once for every instance, or once for the tenant. */
export const target = z.enum(['instance', 'tenant']);

/** What a look at an instance shares with a call. */
export const probeRequest = {
  headers: httpCall.shape.headers,
  auth: httpCall.shape.auth,
  body: httpCall.shape.body,
  expect: httpCall.shape.expect,
  extract: httpCall.shape.extract,
  maxBodyBytes: httpCall.shape.maxBodyBytes,
  redirects: httpCall.shape.redirects,
};

export type HttpCall = z.infer<typeof httpCall>;
export type BodyExpectation = z.infer<typeof bodyExpectation>;
export type Extraction = z.infer<typeof extraction>;
export type Retries = z.infer<typeof retries>;
export type InDoubt = z.infer<typeof inDoubt>;
export type Target = z.infer<typeof target>;
export type Repeat = z.infer<typeof repeat>;
export type Until = z.infer<typeof until>;
export type Login = z.infer<typeof login>;
export type Tls = z.infer<typeof tls>;
export interface ConnectionSettings {
  caPem?: string | undefined;
  tls?: Tls | undefined;
  proxy?: z.infer<typeof proxy> | undefined;
  maxPerHost?: number | undefined;
}

/** The settings of a step that sends HTTP, complete: `request` alone has become the only one of `calls`. */
export interface HttpSettings extends ConnectionSettings {
  connector: 'http';
  target: Target;
  calls: HttpCall[];
  inDoubt?: InDoubt | undefined;
  readBack?: HttpCall | undefined;
  repeat?: Repeat | undefined;
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
      /** All its calls are made anew, from the first, when one of them is answered so. */
      repeat: repeat.optional(),
      /** Names of extracted values that later stages need. */
      save: z.array(valueName).default([]),
    })
    .superRefine(({ request, calls, save, repeat }, context) => {
      if (request && calls)
        context.addIssue({ code: 'custom', path: ['calls'], message: 'Give request or calls, not both.' });
      const twice = repeat ? (calls ?? []).slice(0, -1) : [];
      for (const [index, { method, repeatable }] of twice.entries())
        if ((method === 'POST' || method === 'PATCH') && repeatable !== true)
          context.addIssue({
            code: 'custom',
            path: ['calls', index],
            message: 'is made again by "repeat" although it was taken: say "repeatable": true if it may be',
          });
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

import path from 'node:path';
import { z } from 'zod';
import { parseDatabaseUrl } from '@/db/hosts';
import type { AppSettings } from '@/domain/settings';
import { whyGuessable } from '@/server/auth/common-passwords';
import { type OidcSettings, parseGroupRoles, parseIssuer, parseScopes } from '@/server/auth/oidc/settings';
import { MIN_PASSWORD_LENGTH } from '@/server/auth/password';
import { unknownName } from '@/server/input/nearest';
import { type MailSettings, parseMailSender, parseMailServer } from '@/server/notifications/mail-settings';
import { parseProxies } from '@/server/security/client';
import { parseSecretKeys } from '@/server/security/secret-key';
import { parseTargetAllow } from '@/server/security/target-allow';
import type { TlsFiles } from '@/server/security/tls-pair';

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);

const urlOf = (protocols: string[], hint: string) =>
  z.string().transform((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url && protocols.includes(url.protocol)) return value;
    context.addIssue({ code: 'custom', message: hint });
    return z.NEVER;
  });

const databaseUrlLike = (example: string) =>
  z.string().transform((value, context) => {
    const url = parseDatabaseUrl(value);
    if (url !== null) return url;
    const several = value.replace(/^.*@/, '').split(/[/?]/)[0]?.includes(',') === true;
    const ending = ' and, with several hosts, end with ?target_session_attrs=primary';
    const message = `must look like ${example}${several ? ending : ''}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** Runs a parser that throws in the operator's words as part of the schema. */
const parsed = <T>(parse: (text: string) => T) =>
  z.string().transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'cannot be read',
      });
      return z.NEVER;
    }
  });

const pathsIn = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => path.resolve(one));

/** A key is not chosen by a person, and nothing limits how often it is guessed. */
const MIN_KEY_LENGTH = 32;

const schema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test')
    .default('development'),
  PORT: whole(0, 65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: databaseUrlLike('postgres://user:password@host:5432/name').optional(),
  DATABASE_OWNER_URL: databaseUrlLike('postgres://owner:password@host:5432/name').optional(),
  SWITCHYARD_DATA_DIR: z.string().default('./.data'),
  SWITCHYARD_PUBLIC_URL: urlOf(
    ['http:', 'https:'],
    'must be the http(s) address browsers use, like https://switchyard.example.com',
  ).optional(),
  SWITCHYARD_TLS_CERT: z.string().optional(),
  SWITCHYARD_TLS_KEY: z.string().optional(),
  SWITCHYARD_TRUSTED_PROXIES: parsed(parseProxies).default([]),
  SWITCHYARD_SESSION_IDLE_HOURS: whole(1, 24 * 30).default(12),
  SWITCHYARD_SESSION_DAYS: whole(1, 90).default(7),
  SWITCHYARD_ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  SWITCHYARD_ADMIN_PASSWORD: z
    .string()
    .min(MIN_PASSWORD_LENGTH, `must have at least ${MIN_PASSWORD_LENGTH} characters`)
    .max(128, 'must have at most 128 characters')
    .refine((password) => whyGuessable(password) === null, 'is one of the passwords that are tried first')
    .optional(),
  SWITCHYARD_PASSWORD_LOGIN: z.enum(['on', 'off'], 'must be on or off').default('on'),
  SWITCHYARD_OIDC_ISSUER: parsed(parseIssuer).optional(),
  SWITCHYARD_OIDC_CLIENT_ID: z.string().optional(),
  SWITCHYARD_OIDC_CLIENT_SECRET: z.string().optional(),
  SWITCHYARD_OIDC_SCOPES: parsed(parseScopes).default(['openid', 'email', 'profile', 'groups']),
  SWITCHYARD_OIDC_NAME: z.string().max(40, 'must have at most 40 characters').optional(),
  SWITCHYARD_OIDC_GROUPS_CLAIM: z.string().default('groups'),
  SWITCHYARD_OIDC_ROLES: parsed(parseGroupRoles).optional(),
  SWITCHYARD_API_KEY: z
    .string()
    .min(
      MIN_KEY_LENGTH,
      `must have at least ${MIN_KEY_LENGTH} characters (make one with: openssl rand -base64 32)`,
    )
    .optional(),
  SWITCHYARD_SMTP_URL: parsed(parseMailServer).optional(),
  SWITCHYARD_SMTP_FROM: parsed(parseMailSender).optional(),
  SWITCHYARD_TARGET_ALLOW: parsed(parseTargetAllow).default([]),
  SWITCHYARD_SECRET_KEY: parsed(parseSecretKeys).optional(),
  SWITCHYARD_STEPS: z.string().transform(pathsIn).default([]),
  REDIS_URL: urlOf(['redis:', 'rediss:'], 'must look like redis://host:6379').optional(),
  CHECKPOINT_STORE: z.enum(['postgres', 'redis'], 'must be postgres or redis').default('postgres'),
  EXECUTOR_SLOTS: whole(1, 10_000).default(1000),
  SWITCHYARD_RETENTION_DAYS: whole(1, 36_500).default(90),
  SWITCHYARD_MAX_CONCURRENCY: whole(1, 10_000).optional(),
  SWITCHYARD_MAX_RETRY: whole(0, 100).optional(),
  SWITCHYARD_HEALTH_INTERVAL_SECONDS: whole(0, 3600).optional(),
  SWITCHYARD_HEALTH_ATTEMPTS: whole(1, 10_000).optional(),
  SWITCHYARD_HEALTH_PATH: z.string().startsWith('/', 'must start with /').optional(),
  SWITCHYARD_VERSION_KEY: z.string().optional(),
  SWITCHYARD_HEARTBEAT_SECONDS: whole(1, 3600).optional(),
});

/** Everything the environment may set, read once at start and passed on. */
export type Env = {
  mode: 'production' | 'development' | 'test';
  port: number;
  host: string;
  /** Absent: the embedded database inside the data dir. */
  databaseUrl?: string;
  /** Who owns the tables and migrates them, if that is not the role of `databaseUrl`. */
  databaseOwnerUrl?: string;
  /** Absolute. */
  dataDir: string;
  /** The address browsers use; https makes cookies Secure and turns HSTS on. */
  publicUrl?: URL;
  /** The server speaks TLS itself; absent: plain HTTP, as behind a proxy. */
  tls?: TlsFiles;
  /** Networks of proxies whose word about the client counts. */
  trustedProxies: readonly string[];
  sessions: { idleHours: number; days: number };
  admin?: { email: string; password: string };
  /** Where people sign in besides, or instead; absent: with passwords alone. */
  oidc?: OidcSettings;
  /** Whether passwords open anything. */
  passwordLogin: boolean;
  apiKey?: string;
  targetAllow: ReturnType<typeof parseTargetAllow>;
  /** The mail server that notifications leave by; absent: none. */
  mail?: MailSettings;
  /** Newest first; absent: generated into the data dir. */
  secretKeys?: readonly Buffer[];
  /** Modules and folders with steps of one's own; absolute. */
  ownSteps: readonly string[];
  redisUrl?: string;
  checkpointStore: 'postgres' | 'redis';
  executorSlots: number;
  /** How long the events of a plan are kept after it ended. */
  retentionDays: number;
  /** Only what the environment sets, so that the console can say where a value came from. */
  tuning: Partial<AppSettings>;
};

/** Every bad variable at once, one line each, in words an operator can act on. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
  constructor(readonly problems: readonly { variable: string; message: string }[]) {
    super(
      [
        'Switchyard cannot start, the environment needs correcting:',
        ...problems.map((p) => `  ${p.variable} ${p.message}`),
      ].join('\n'),
    );
  }
}

/** Reads and checks the environment; throws {@link EnvError} naming everything that is wrong. An empty variable counts as unset. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const set = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const result = schema.safeParse(set);
  const problems = result.success
    ? []
    : result.error.issues.map((issue) => ({ variable: String(issue.path[0]), message: issue.message }));
  problems.push(...unknownNames(set), ...missingTogether(set));
  if (!result.success || problems.length > 0) throw new EnvError(problems);

  const vars = result.data;
  return {
    mode: vars.NODE_ENV,
    port: vars.PORT,
    host: vars.HOST,
    databaseUrl: vars.DATABASE_URL,
    databaseOwnerUrl: vars.DATABASE_OWNER_URL,
    dataDir: path.resolve(vars.SWITCHYARD_DATA_DIR),
    publicUrl: vars.SWITCHYARD_PUBLIC_URL ? new URL(vars.SWITCHYARD_PUBLIC_URL) : undefined,
    tls:
      vars.SWITCHYARD_TLS_CERT && vars.SWITCHYARD_TLS_KEY
        ? { certificate: path.resolve(vars.SWITCHYARD_TLS_CERT), key: path.resolve(vars.SWITCHYARD_TLS_KEY) }
        : undefined,
    trustedProxies: vars.SWITCHYARD_TRUSTED_PROXIES,
    sessions: { idleHours: vars.SWITCHYARD_SESSION_IDLE_HOURS, days: vars.SWITCHYARD_SESSION_DAYS },
    admin:
      vars.SWITCHYARD_ADMIN_EMAIL && vars.SWITCHYARD_ADMIN_PASSWORD
        ? { email: vars.SWITCHYARD_ADMIN_EMAIL.toLowerCase(), password: vars.SWITCHYARD_ADMIN_PASSWORD }
        : undefined,
    oidc: oidcOf(vars),
    passwordLogin: vars.SWITCHYARD_PASSWORD_LOGIN === 'on',
    apiKey: vars.SWITCHYARD_API_KEY,
    targetAllow: vars.SWITCHYARD_TARGET_ALLOW,
    mail: mailOf(vars),
    secretKeys: vars.SWITCHYARD_SECRET_KEY,
    ownSteps: vars.SWITCHYARD_STEPS,
    redisUrl: vars.REDIS_URL,
    checkpointStore: vars.CHECKPOINT_STORE,
    executorSlots: vars.EXECUTOR_SLOTS,
    retentionDays: vars.SWITCHYARD_RETENTION_DAYS,
    tuning: definedOnly({
      maxConcurrency: vars.SWITCHYARD_MAX_CONCURRENCY,
      maxRetry: vars.SWITCHYARD_MAX_RETRY,
      healthIntervalSeconds: vars.SWITCHYARD_HEALTH_INTERVAL_SECONDS,
      healthAttempts: vars.SWITCHYARD_HEALTH_ATTEMPTS,
      healthPath: vars.SWITCHYARD_HEALTH_PATH,
      versionKey: vars.SWITCHYARD_VERSION_KEY,
      heartbeatSeconds: vars.SWITCHYARD_HEARTBEAT_SECONDS,
    }),
  };
}

function mailOf(vars: z.output<typeof schema>): MailSettings | undefined {
  const { SWITCHYARD_SMTP_URL: server, SWITCHYARD_SMTP_FROM: from } = vars;
  return server && from && { ...server, from };
}

function oidcOf(vars: z.output<typeof schema>): OidcSettings | undefined {
  const { SWITCHYARD_OIDC_ISSUER: issuer, SWITCHYARD_OIDC_CLIENT_ID: clientId } = vars;
  const { SWITCHYARD_OIDC_CLIENT_SECRET: clientSecret, SWITCHYARD_OIDC_ROLES: roles } = vars;
  if (!issuer || !clientId || !clientSecret || !roles) return undefined;
  return {
    ...{ issuer, clientId, clientSecret, roles },
    scopes: vars.SWITCHYARD_OIDC_SCOPES,
    name: vars.SWITCHYARD_OIDC_NAME ?? new URL(issuer).hostname,
    groupsClaim: vars.SWITCHYARD_OIDC_GROUPS_CLAIM,
  };
}

const PREFIX = 'SWITCHYARD_';
/** What the command line, the demo and the examples of the docs read: the same shell may start the server. */
const OF_OTHERS = ['SWITCHYARD_URL', 'SWITCHYARD_DEMO_PANEL', 'SWITCHYARD_ADMIN_KEY'];

/** Variables with our prefix that nothing reads: most likely misspelt, and what was meant would not hold. */
function unknownNames(set: Record<string, unknown>): { variable: string; message: string }[] {
  const known = [...Object.keys(schema.shape), ...OF_OTHERS];
  const ours = known.filter((name) => name.startsWith(PREFIX));
  return Object.keys(set)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((variable) => ({ variable, message: unknownName(variable, ours) }));
}

/** What one variable demands of another. */
function missingTogether(set: Record<string, string | undefined>): { variable: string; message: string }[] {
  const problems: { variable: string; message: string }[] = [];
  const need = (when: boolean, variable: string, message: string) => {
    if (when && !set[variable]) problems.push({ variable, message });
  };
  // Every process on one database must open the same secrets, so none may invent a key of its own.
  need(
    Boolean(set.DATABASE_URL),
    'SWITCHYARD_SECRET_KEY',
    'is required with DATABASE_URL: 32 random bytes, the same on every node (make one with: openssl rand -base64 32)',
  );
  need(
    Boolean(set.DATABASE_OWNER_URL),
    'DATABASE_URL',
    'is required with DATABASE_OWNER_URL: the role that the server runs as',
  );
  need(
    Boolean(set.SWITCHYARD_ADMIN_EMAIL),
    'SWITCHYARD_ADMIN_PASSWORD',
    'is required with SWITCHYARD_ADMIN_EMAIL',
  );
  need(
    Boolean(set.SWITCHYARD_ADMIN_PASSWORD),
    'SWITCHYARD_ADMIN_EMAIL',
    'is required with SWITCHYARD_ADMIN_PASSWORD',
  );
  need(Boolean(set.SWITCHYARD_TLS_CERT), 'SWITCHYARD_TLS_KEY', 'is required with SWITCHYARD_TLS_CERT');
  need(Boolean(set.SWITCHYARD_TLS_KEY), 'SWITCHYARD_TLS_CERT', 'is required with SWITCHYARD_TLS_KEY');
  if (set.SWITCHYARD_TLS_CERT && set.SWITCHYARD_PUBLIC_URL?.startsWith('http:')) {
    const message = 'must be an https address with SWITCHYARD_TLS_CERT: the server answers nothing else';
    problems.push({ variable: 'SWITCHYARD_PUBLIC_URL', message });
  }
  need(
    Boolean(set.SWITCHYARD_SMTP_URL),
    'SWITCHYARD_SMTP_FROM',
    'is required with SWITCHYARD_SMTP_URL: whom mail is from, like Switchyard <switchyard@example.com>',
  );
  need(
    Boolean(set.SWITCHYARD_SMTP_FROM),
    'SWITCHYARD_SMTP_URL',
    'is required with SWITCHYARD_SMTP_FROM: the mail server, like smtp://mail.example.com:587',
  );
  problems.push(...oidcTogether(set));
  need(set.CHECKPOINT_STORE === 'redis', 'REDIS_URL', 'is required with CHECKPOINT_STORE=redis');
  return problems;
}

const ISSUER = 'SWITCHYARD_OIDC_ISSUER';
/** What a provider is of no use without, and why. */
const WITH_ISSUER = {
  SWITCHYARD_OIDC_CLIENT_ID: 'what the provider calls this installation',
  SWITCHYARD_OIDC_CLIENT_SECRET: 'what the provider gave you with the client id',
  SWITCHYARD_OIDC_ROLES: 'pairs of group and role, like sre=operator; nobody else may come in',
  SWITCHYARD_PUBLIC_URL: 'the address that the provider sends browsers back to',
};

function oidcTogether(set: Record<string, string | undefined>): { variable: string; message: string }[] {
  const problems: { variable: string; message: string }[] = [];
  if (set[ISSUER])
    for (const [variable, what] of Object.entries(WITH_ISSUER))
      if (!set[variable]) problems.push({ variable, message: `is required with ${ISSUER}: ${what}` });
  const [of] = Object.keys(schema.shape).filter((name) => set[name] && name.startsWith('SWITCHYARD_OIDC_'));
  if (of && !set[ISSUER])
    problems.push({ variable: ISSUER, message: `is required with ${of}: the address of the provider` });
  if (set.SWITCHYARD_PASSWORD_LOGIN !== 'off') return problems;
  if (!of) {
    const message = 'is required with SWITCHYARD_PASSWORD_LOGIN=off: nobody could sign in';
    problems.push({ variable: ISSUER, message });
  }
  if (set.SWITCHYARD_ADMIN_EMAIL) {
    const message = 'makes an account with a password, which SWITCHYARD_PASSWORD_LOGIN=off opens to nobody';
    problems.push({ variable: 'SWITCHYARD_ADMIN_EMAIL', message });
  }
  return problems;
}

function definedOnly<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

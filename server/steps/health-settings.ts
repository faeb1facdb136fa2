import { z } from 'zod';
import { condition, jsonPath } from './condition-settings';
import { byConnector, connectionSettings, extraction, probeRequest } from './http-settings';
import { redisConnection } from './redis-command';
import { checkAddress, connectionTemplates, sqlConnection, sqlStatement } from './sql/sql-settings';
import { callTemplates, redisTemplates, type StepTemplate, textsIn } from './step-templates';

/** By which an instance is asked; some are read by POST. */
const LOOKS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH'] as const;

const rounds = {
  intervalSeconds: z.number().min(0).max(3600).optional(),
  attempts: z.number().int().min(1).max(1000).optional(),
  timeoutMillis: z.number().int().min(1).max(60_000).default(2000),
  /** Where in the JSON answer (or in the value, if it is JSON) the version is. */
  versionKey: jsonPath.optional(),
  /** Where the digest of what runs is, if instances tell it; then it must fit as well. */
  digestKey: jsonPath.optional(),
  /** How the version and the digest are written in the answer. */
  encoding: z.enum(['plain', 'base64']).default('plain'),
  /** Says that an instance runs the configuration, in place of a version: what it names of `config` is that of the one sought. */
  applied: condition.optional(),
  /** Ends the rounds at once: it will not come any more. */
  failFast: condition.optional(),
  /** How many of the instances must confirm it in a round. */
  instances: z
    .union([z.enum(['all', 'any']), z.strictObject({ atLeast: z.number().int().min(1).max(10_000) })])
    .default('all'),
  /** Values that must be the same on every instance that answers. */
  same: z.record(z.string().regex(/^\w{1,64}$/), extraction).optional(),
};

const eitherWay = 'Give it in one way, not both.';

const http = z
  .strictObject({
    connector: z.literal('http'),
    /** Used when the endpoint has no healthUrl; else the application's health path. */
    path: z.string().startsWith('/', 'must begin with /').optional(),
    /** Some systems are read by POST. */
    method: z.enum(LOOKS).default('GET'),
    ...probeRequest,
    ...connectionSettings,
    ...rounds,
    /** The same as the keys for what is no JSON: a pattern, a header, a trailer. */
    version: extraction.optional(),
    digest: extraction.optional(),
  })
  .refine(({ version, versionKey }) => !version || !versionKey, { path: ['version'], message: eitherWay })
  .refine(({ digest, digestKey }) => !digest || !digestKey, { path: ['digest'], message: eitherWay });

const redis = z.strictObject({
  connector: z.literal('redis'),
  ...redisConnection,
  key: z.string().min(1),
  /** A field of a hash; without it the key is a plain value. */
  field: z.string().min(1).optional(),
  ...rounds,
});

const sql = z
  .strictObject({
    connector: z.literal('sql'),
    ...sqlConnection,
    /** The first value that it finds is the version, or JSON that has it. */
    query: sqlStatement.sql,
    params: sqlStatement.params,
    ...rounds,
  })
  .superRefine(checkAddress);

/** The settings of a health-check: they say how an instance tells what it runs. */
export const healthSettings = byConnector(http, redis, sql);
export type HealthSettings = z.infer<typeof healthSettings>;

/** Its texts that are filled in for every probe. */
export function healthTemplates(wanted: HealthSettings): StepTemplate[] {
  if (wanted.connector === 'redis')
    return [...redisTemplates(wanted, { key: wanted.key, field: wanted.field }), ...judgedTemplates(wanted)];
  if (wanted.connector === 'sql')
    return [
      ...connectionTemplates(wanted),
      ...textsIn(wanted.params, ['params']),
      ...judgedTemplates(wanted),
    ];
  const { path = '' } = wanted;
  const call = callTemplates({ ...wanted, url: '' }, []);
  const { version, versionKey, digest, digestKey, caPem, tls, proxy } = wanted;
  return [
    ...textsIn(path, ['path']),
    ...call,
    ...textsIn({ caPem, tls, proxy, version, versionKey, digest, digestKey }, []),
    ...judgedTemplates(wanted),
  ];
}

/** What is compared is filled in as well. */
const judgedTemplates = ({ applied, failFast, same }: HealthSettings): StepTemplate[] =>
  textsIn({ applied, failFast, same }, []);

import { z } from 'zod';
import type { Endpoint } from '@/server/domain/tenant';
import { parseBounded } from '@/server/security/bounded-json';
import { byConnector, connectionSettings, httpCallOf, probeRequest } from './http-settings';
import { atPath } from './json-path';
import { unreadable } from './judge-answer';
import { askRedis, redisConnection } from './redis-command';
import type { SendContext } from './request-scope';
import { sendRequest } from './send-request';
import type { CallRecord, TaskRuntimeContext } from './step';
import { storedSettings } from './step-settings';
import { callTemplates, redisTemplates, type StepTemplate, textsIn } from './step-templates';

/** Characters of a version or digest that are compared: more is no version. */
const LONGEST_VERSION = 1000;

const rounds = {
  intervalSeconds: z.number().min(0).max(3600).optional(),
  attempts: z.number().int().min(1).max(1000).optional(),
  timeoutMillis: z.number().int().min(1).max(60_000).default(2000),
  /** Where the digest of what runs is, if instances tell it; then it must fit as well. */
  digestKey: z.string().min(1).optional(),
  /** How the version and the digest are written in the answer. */
  encoding: z.enum(['plain', 'base64']).default('plain'),
};

const http = z.strictObject({
  connector: z.literal('http'),
  /** Used when the endpoint has no healthUrl; else the application's health path. */
  path: z.string().startsWith('/', 'must begin with /').optional(),
  /** Where in the JSON answer the version is. */
  versionKey: z.string().min(1).optional(),
  /** Some systems are read by POST. */
  method: z.enum(['GET', 'POST']).default('GET'),
  body: probeRequest.body,
  headers: probeRequest.headers,
  auth: probeRequest.auth,
  ...connectionSettings,
  ...rounds,
});

const redis = z.strictObject({
  connector: z.literal('redis'),
  ...redisConnection,
  key: z.string().min(1),
  /** A field of a hash; without it the key is a plain value. */
  field: z.string().min(1).optional(),
  /** Where in the value the version is, if the value is JSON; else the value is the version. */
  versionKey: z.string().min(1).optional(),
  ...rounds,
});

/** The settings of a health-check: they say how an instance tells what it runs. */
export const healthSettings = byConnector(http, redis);
export type HealthSettings = z.infer<typeof healthSettings>;

/** Its texts that are filled in for every probe. */
export function healthTemplates(wanted: HealthSettings): StepTemplate[] {
  if (wanted.connector === 'redis') return redisTemplates(wanted, { key: wanted.key, field: wanted.field });
  const { method, headers, auth, body, path = '' } = wanted;
  const call = callTemplates({ method, url: '', headers, auth, body, expect: { status: [], body: [] } }, []);
  return [...textsIn(path, ['path']), ...call, ...textsIn(wanted.caPem, ['caPem'])];
}

/** What it takes to ask an instance; a background check can have it without a task. */
export type LiveVersionContext = SendContext & Pick<TaskRuntimeContext, 'setting' | 'versionProbe'>;

export interface LiveVersion {
  /** Null when it could not be read. */
  version: string | null;
  /** Null when it could not be read or nothing says where it stands. */
  digest: string | null;
  /** In words that follow the instance's name: "runs v2", "gave no answer within 2000 ms". */
  detail: string;
  record: CallRecord | null;
}

/**
 * What an instance runs, asked as the playbook's health-check asks. Never throws for what the network or the instance
 * does; rejects when the run is aborted and when the health-check's templates name what does not exist.
 */
export async function readLiveVersion(context: LiveVersionContext, endpoint: Endpoint): Promise<LiveVersion> {
  if (context.versionProbe)
    return probeVersion(context, storedSettings(healthSettings, context.versionProbe), endpoint);
  const detail = 'cannot be asked what it runs: the playbook has no health-check';
  return { version: null, digest: null, detail, record: null };
}

/** The same with the settings at hand. */
export async function probeVersion(
  context: Omit<LiveVersionContext, 'versionProbe'>,
  wanted: HealthSettings,
  endpoint: Endpoint,
): Promise<LiveVersion> {
  const answer = await (wanted.connector === 'redis'
    ? askRedis(
        context,
        wanted,
        endpoint,
        wanted.field ? ['HGET', wanted.key, wanted.field] : ['GET', wanted.key],
      )
    : sendRequest(
        context,
        httpCallOf({
          method: wanted.method,
          url: endpoint.healthUrl ?? context.setting('healthPath', wanted.path),
          body: wanted.body,
          headers: wanted.headers,
          auth: wanted.auth,
          timeoutMillis: wanted.timeoutMillis,
        }),
        endpoint,
        wanted,
      ));
  const { record } = answer;
  const unread = (detail: string) => ({ version: null, digest: null, detail, record });
  if (!answer.ok) return unread(answer.message);
  const body = parseBounded(answer.text ?? '');
  const read = (key: string | undefined) => {
    const found = key === undefined ? answer.text : atPath(body, key);
    // Anything but a plain value is no version, and may be nested too deep to be written out.
    if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return null;
    const text = String(found).slice(0, LONGEST_VERSION);
    return wanted.encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
  };
  const key =
    wanted.connector === 'redis' ? wanted.versionKey : context.setting('versionKey', wanted.versionKey);
  const version = read(key);
  if (version === null) {
    const place =
      wanted.connector === 'redis' ? `${wanted.key}${wanted.field ? ` ${wanted.field}` : ''}` : 'the answer';
    return unread(
      key === undefined
        ? `does not say its version (nothing at ${place})`
        : `does not say its version (no "${key}" in ${place}${unreadable(answer.text ?? '')})`,
    );
  }
  const digest = wanted.digestKey === undefined ? null : read(wanted.digestKey);
  return { version, digest, detail: `runs ${version}`, record };
}

/** Whether an instance runs what it should, with the words for it; `ok` is null when it cannot be told. */
export function compareLive(
  live: Pick<LiveVersion, 'version' | 'digest' | 'detail'>,
  wanted: { version: string; digest: string },
  hasDigest: boolean,
): { ok: boolean | null; detail: string } {
  const { version, digest, detail } = live;
  if (version === null) return { ok: null, detail };
  if (version !== wanted.version) return { ok: false, detail };
  if (!hasDigest) return { ok: true, detail };
  if (digest === null) return { ok: null, detail: `${detail}, but does not say its digest` };
  return digest === wanted.digest
    ? { ok: true, detail }
    : { ok: false, detail: `${detail} with another content (digest ${digest}, expected ${wanted.digest})` };
}

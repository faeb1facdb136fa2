import type { Condition } from '@/domain/condition';
import { JsonText } from '@/domain/json-text';
import { TemplateError, type TemplateScope } from '@/domain/template';
import type { Endpoint, Snapshot } from '@/domain/tenant';
import { extractOne } from './extract';
import { type HealthSettings, healthSettings } from './health-settings';
import type { Extraction, HttpCall } from './http-settings';
import { judged, unmet, whatShows } from './judge-condition';
import { type RawAnswer, rawAnswer, unreadable } from './raw-answer';
import { askRedis, type RedisAnswer } from './redis-command';
import { type SendContext, scopeFor } from './request-scope';
import { sendRequest } from './send-request';
import { askSql } from './sql/ask-sql';
import { rowsAnswer } from './sql/rows-answer';
import { storedSettings } from './step-settings';
import type { CallRecord, TaskRuntimeContext } from './task-runtime-context';

/** Characters of a version or digest that are compared: more is no version. */
const LONGEST_VERSION = 1000;
/** Characters of one that are shown. */
const LONGEST_SHOWN = 100;
/** Characters of another value that is shown beside the version. */
const LONGEST_ASIDE = 100;

/** What an instance is said to run that shows none of the configurations it was compared with. */
const ANOTHER = 'another configuration';
/** Stands before a value that is not there. */
export const MISSING = 'nothing ';

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
  /** It shows another configuration that is on record just as well: nobody can say which of them it runs. */
  ambiguous?: true;
  /** Why it will not come any more, where the health-check says how to tell. */
  over?: string;
  /** Values that must be the same everywhere, as they are here. */
  same?: Readonly<Record<string, string>>;
}

/**
 * What an instance runs, asked as the playbook's health-check asks. `candidates` are the configurations it may run, the one
 * that is sought first: where a condition tells what runs, it is held against each. Never throws for what the network or
 * the instance does; rejects when the run is aborted and when the health-check's templates name what does not exist.
 */
export async function readLiveVersion(
  context: LiveVersionContext,
  endpoint: Endpoint,
  candidates: readonly Snapshot[],
): Promise<LiveVersion> {
  if (context.versionProbe)
    return probeVersion(context, storedSettings(healthSettings, context.versionProbe), endpoint, candidates);
  const detail = 'cannot be asked what it runs: the playbook has no health-check';
  return { version: null, digest: null, detail, record: null };
}

/** The same with the settings at hand. */
export async function probeVersion(
  context: Omit<LiveVersionContext, 'versionProbe'>,
  wanted: HealthSettings,
  endpoint: Endpoint,
  candidates: readonly Snapshot[],
): Promise<LiveVersion> {
  const { version, digest, detail, record, over, same, ambiguous } = await readFrom(
    context,
    wanted,
    endpoint,
    candidates,
  );
  const hide = (text: string) => context.veil.hide(text);
  return {
    version: version && hide(version),
    digest: digest && hide(digest),
    detail: hide(detail),
    record,
    ...(over === undefined ? {} : { over: hide(over) }),
    ...(same === undefined ? {} : { same: hiddenIn(same, hide) }),
    ...(ambiguous ? { ambiguous } : {}),
  };
}

const hiddenIn = (same: Readonly<Record<string, string>>, hide: (text: string) => string) =>
  Object.fromEntries(Object.entries(same).map(([name, text]) => [name, hide(text)]));

async function readFrom(
  context: Omit<LiveVersionContext, 'versionProbe'>,
  wanted: HealthSettings,
  endpoint: Endpoint,
  candidates: readonly Snapshot[],
): Promise<LiveVersion> {
  const answer = await ask(context, wanted, endpoint);
  const { record } = answer;
  if (!('raw' in answer)) return { version: null, digest: null, detail: answer.message, record };
  const { raw } = answer;
  const looked = answer.rows ?? raw;
  const scope = scopeFor(context, endpoint);
  const same = wanted.same && valuesOf(context, wanted.same, looked, scope);
  const { failFast } = wanted;
  const over =
    failFast && (await unmet(failFast, looked, scope)) === null
      ? whatShows(failFast, looked, scope)
      : undefined;
  const live = wanted.applied
    ? await fitting(context, wanted.applied, looked, endpoint, candidates)
    : versionIn(context, wanted, raw, scope, answer.aside);
  return { ...live, record, ...(over === undefined ? {} : { over }), ...(same ? { same } : {}) };
}

type Live = Pick<LiveVersion, 'version' | 'digest' | 'detail' | 'ambiguous'>;

/** The first of the configurations that the answer shows. */
async function fitting(
  context: Omit<LiveVersionContext, 'versionProbe'>,
  applied: Condition,
  raw: RawAnswer,
  endpoint: Endpoint,
  candidates: readonly Snapshot[],
): Promise<Live> {
  const fits: Snapshot[] = [];
  const wrong: string[] = [];
  let unread: string | null = null;
  for (const config of candidates) {
    const { holds, why } = await held(applied, raw, scopeFor({ ...context, config }, endpoint));
    if (holds) fits.push(config);
    else wrong.push(`does not show ${config.version}: ${why}`);
    if (holds === null) unread ??= why;
  }
  const [first, ...others] = fits;
  if (first) {
    const { version, digest } = first;
    if (others.length === 0) return { version, digest, detail: `runs ${version}` };
    const also = others.map((one) => one.version).join(' or ');
    return { version, digest, detail: `runs ${version}, or just as well ${also}`, ambiguous: true };
  }
  if (unread !== null)
    return { version: null, digest: null, detail: `cannot be read for what it runs: ${unread}` };
  if (wrong.length === 0)
    return { version: null, digest: null, detail: 'cannot be compared: no configuration of it is on record' };
  return { version: ANOTHER, digest: null, detail: wrong.join('; it ') };
}

/** A configuration that lacks what the condition names is not shown by any answer. */
async function held(...[applied, raw, scope]: Parameters<typeof judged>): ReturnType<typeof judged> {
  try {
    return await judged(applied, raw, scope);
  } catch (error) {
    if (error instanceof TemplateError) return { holds: false, why: error.message.replace(/\.$/, '') };
    throw error;
  }
}

/** Values that must be the same everywhere; one that is not there is a value that no other instance can have. */
function valuesOf(
  { veil }: SendContext,
  wanted: Readonly<Record<string, Extraction>>,
  raw: RawAnswer,
  scope: TemplateScope,
): Record<string, string> {
  const found = Object.entries(wanted).map(([name, place]) => {
    const { value, missing } = extractOne(place, raw, scope);
    if (value === undefined || value === null) return [name, `${MISSING}(${missing})`];
    const text =
      typeof value === 'object' && !(value instanceof JsonText) ? JSON.stringify(value) : String(value);
    if (place.secret) veil.add(text.slice(0, LONGEST_VERSION));
    return [name, text];
  });
  return Object.fromEntries(found) as Record<string, string>;
}

/** The version that the answer names. */
function versionIn(
  context: Omit<LiveVersionContext, 'versionProbe'>,
  wanted: HealthSettings,
  raw: RawAnswer,
  scope: TemplateScope,
  aside: string,
): Live {
  const read = (place: Extraction | null) => {
    const found = place ? extractOne(place, raw, scope) : { value: raw.text, missing: '' };
    const text = plainText(found.value);
    return text === null || wanted.encoding === 'plain' ? text : Buffer.from(text, 'base64').toString('utf8');
  };
  const key =
    wanted.connector === 'http' ? context.setting('versionKey', wanted.versionKey) : wanted.versionKey;
  const own = wanted.connector === 'http' ? wanted.version : undefined;
  const version = read(own ?? placeFor(key));
  if (version === null) {
    const detail = `does not say its version (${own ? `without ${extractOne(own, raw, scope).missing}` : missingAt(wanted, key, raw)})`;
    return { version, digest: null, detail };
  }
  const place = (wanted.connector === 'http' ? wanted.digest : undefined) ?? placeFor(wanted.digestKey);
  return {
    version,
    digest: place && read(place),
    detail: `runs ${shownVersion(version)}${aside}`,
  };
}

type Told =
  | {
      raw: RawAnswer;
      /** What conditions look at, where that is more than the value. */
      rows?: RawAnswer;
      /** What else was extracted, for people. */
      aside: string;
      record: CallRecord;
    }
  | { message: string; record: CallRecord };

async function ask(
  context: Omit<LiveVersionContext, 'versionProbe'>,
  wanted: HealthSettings,
  endpoint: Endpoint,
): Promise<Told> {
  if (wanted.connector !== 'http') {
    const answer = await askValue(context, wanted, endpoint);
    if (!answer.ok) return answer;
    const { text, rows, record } = answer;
    if (text === null && !wanted.applied)
      return { message: `does not say its version (nothing at ${placeOf(wanted)})`, record };
    const raw = rawAnswer({ status: 200, headers: {}, trailers: {}, text: text ?? '' });
    return { raw, ...(rows ? { rows } : {}), aside: '', record };
  }
  const { method, body, headers, auth, timeoutMillis, expect, extract, maxBodyBytes, redirects } = wanted;
  const url = endpoint.healthUrl ?? context.setting('healthPath', wanted.path);
  const call: HttpCall = {
    ...{ method, url, body, headers, auth, timeoutMillis, expect, extract, maxBodyBytes, redirects },
  };
  const answer = await sendRequest(context, call, endpoint, wanted);
  if (!answer.ok) return answer;
  const shown = Object.entries(answer.values).flatMap(([name, value]) =>
    extract[name]?.secret ? [] : `${name} ${String(value).slice(0, LONGEST_ASIDE)}`,
  );
  return {
    raw: answer.raw,
    aside: shown.length === 0 ? '' : ` (${shown.join(', ')})`,
    record: answer.record,
  };
}

/** The one value that is asked for where there is no HTTP. */
async function askValue(
  context: SendContext,
  wanted: Exclude<HealthSettings, { connector: 'http' }>,
  endpoint: Endpoint,
): Promise<RedisAnswer & { rows?: RawAnswer }> {
  if (wanted.connector === 'redis') {
    const { key, field } = wanted;
    return askRedis(context, wanted, endpoint, field ? ['HGET', key, field] : ['GET', key]);
  }
  const { query, params } = wanted;
  const answer = await askSql(context, wanted, endpoint, [{ sql: query, params }]);
  if (!answer.ok) return answer;
  const [result] = answer.results;
  return { ok: true, text: result?.rows[0]?.[0] ?? null, rows: rowsAnswer(result), record: answer.record };
}

const placeFor = (key: string | undefined): Extraction | null =>
  key === undefined ? null : { json: key, secret: false };

/** Anything but a plain value is no version, and may be nested too deep to be written out. */
function plainText(value: unknown): string | null {
  const number = value instanceof JsonText && !/^[[{]/.test(value.source);
  return number || ['string', 'number', 'boolean'].includes(typeof value)
    ? String(value).slice(0, LONGEST_VERSION)
    : null;
}

const shownVersion = (version: string): string =>
  version.length <= LONGEST_SHOWN ? version : `${version.slice(0, LONGEST_SHOWN)}…`;

function missingAt(wanted: HealthSettings, key: string | undefined, { text }: RawAnswer): string {
  const place = placeOf(wanted);
  return key === undefined ? `nothing at ${place}` : `no "${key}" in ${place}${unreadable(text)}`;
}

function placeOf(wanted: HealthSettings): string {
  if (wanted.connector === 'http') return 'the answer';
  if (wanted.connector === 'sql') return wanted.query;
  return wanted.field ? `${wanted.key} ${wanted.field}` : wanted.key;
}

/** Whether an instance runs what it should, with the words for it; `ok` is null when it cannot be told. */
export function compareLive(
  live: Pick<LiveVersion, 'version' | 'digest' | 'detail' | 'ambiguous'>,
  wanted: { version: string; digest: string },
  hasDigest: boolean,
): { ok: boolean | null; detail: string } {
  const { version, digest, detail, ambiguous } = live;
  if (version === null || ambiguous) return { ok: null, detail };
  if (version !== wanted.version) return { ok: false, detail };
  if (!hasDigest) return { ok: true, detail };
  if (digest === null) return { ok: null, detail: `${detail}, but does not say its digest` };
  return digest === wanted.digest
    ? { ok: true, detail }
    : {
        ok: false,
        detail: `${detail} with another content (digest ${shownVersion(digest)}, expected ${wanted.digest})`,
      };
}

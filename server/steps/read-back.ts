import { comparesDigest } from '@/domain/playbook';
import type { Endpoint } from '@/domain/tenant';
import type { HttpSettings, Retries } from './http-settings';
import { compareLive, readLiveVersion } from './live-version';
import { statusIn } from './raw-answer';
import type { Values } from './request-scope';
import { sendRequest } from './send-request';
import { type Effect, waitMillis } from './send-surely';
import type { CallRecord, TaskRuntimeContext } from './task-runtime-context';

/** An instance that just cut a connection is often starting anew: it gets this many chances to tell what it runs. */
const LOOKS = 3;
/** However long the rounds of the health-check are apart. */
const MOST_BETWEEN_LOOKS_SECONDS = 5;

/** What a playbook says of how long a target is worth waiting for. */
type Patience = Omit<Retries, 'on' | 'when'> | undefined;

/**
 * Whether what a step sends has taken effect: by the step's own `readBack` request, else by what the instances run
 * (one of them, or for the tenant all). Asks again while nothing can be told, as patiently as `retries` of what was sent.
 */
export async function readBack(
  context: TaskRuntimeContext,
  wanted: Pick<HttpSettings, 'readBack' | 'caPem' | 'tls' | 'proxy' | 'maxPerHost'>,
  recipient: Endpoint | null,
  extracted: Values = {},
  retries?: Patience,
): Promise<Effect> {
  const look = () =>
    wanted.readBack
      ? byRequest(context, wanted, recipient ?? context.config.endpoints[0] ?? null, extracted)
      : byVersion(context, recipient ? [recipient] : context.config.endpoints);
  return wanted.readBack || context.versionProbe
    ? lookUntilTold(context, look, wanted.readBack?.retries ?? retries)
    : look();
}

/** Looks until something can be told, or too often. */
export async function lookUntilTold(
  context: TaskRuntimeContext,
  lookOnce: () => Promise<Effect>,
  retries?: Patience,
): Promise<Effect> {
  const calls: CallRecord[] = [];
  const looks = Math.max(LOOKS, 1 + (retries?.count ?? 0));
  const seconds = Math.min(
    context.setting('healthIntervalSeconds', intervalOf(context)),
    MOST_BETWEEN_LOOKS_SECONDS,
  );
  for (let look = 1; ; look += 1) {
    const effect = await lookOnce();
    calls.push(...effect.calls);
    if (effect.state !== 'unknown' || look === looks) return { ...effect, calls };
    await context.delay(retries?.count ? waitMillis(retries, look) : seconds * 1000);
  }
}

async function byRequest(
  context: TaskRuntimeContext,
  {
    readBack: call,
    caPem,
    tls,
    proxy,
    maxPerHost,
  }: Pick<HttpSettings, 'readBack' | 'caPem' | 'tls' | 'proxy' | 'maxPerHost'>,
  endpoint: Endpoint | null,
  extracted: Values,
): Promise<Effect> {
  if (!call) return { state: 'unknown', detail: 'there is no read back', calls: [] };
  const answer = await sendRequest(context, call, endpoint, { caPem, tls, proxy, maxPerHost, extracted });
  const calls = [answer.record];
  if (answer.ok) return { state: 'applied', detail: 'shows it when read back', calls, values: answer.values };
  // A redirect leads to somebody else, and what cannot be read or judged says nothing.
  const { status } = answer;
  const says = status !== null && status < 500 && !statusIn(status, ['3xx', 401, 403, 408, 429]);
  const told = says && !answer.notYet && !answer.unread;
  const detail = `${answer.message} when read back`;
  return { state: told ? 'notApplied' : 'unknown', detail, calls };
}

async function byVersion(context: TaskRuntimeContext, endpoints: readonly Endpoint[]): Promise<Effect> {
  const hasDigest = context.versionProbe !== null && comparesDigest(context.versionProbe);
  const looked = await Promise.all(
    endpoints.map(async (endpoint) => {
      const live = await readLiveVersion(context, endpoint, [context.config, ...context.others]);
      return { ...compareLive(live, context.config, hasDigest), key: endpoint.key, record: live.record };
    }),
  );
  const calls = looked.flatMap(({ record }) => record ?? []);
  const detail = looked
    .map((one) => (looked.length > 1 ? `${one.key} ${one.detail}` : one.detail))
    .join('; ');
  if (looked.length === 0 || looked.some((one) => one.ok === null))
    return { state: 'unknown', detail, calls };
  return { state: looked.every((one) => one.ok) ? 'applied' : 'notApplied', detail, calls };
}

function intervalOf({ versionProbe }: TaskRuntimeContext): number | undefined {
  const interval = versionProbe?.intervalSeconds;
  return typeof interval === 'number' ? interval : undefined;
}

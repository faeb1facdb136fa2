import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import { renderDeep } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import type { Answer, FailedAnswer } from './answer';
import type { Extraction, Login } from './http-settings';
import { statusIn } from './raw-answer';
import { type SendContext, scopeFor, type Values } from './request-scope';
import { partsOf } from './secret-parts';

/** Tokens that are kept by one process; the one unused longest goes first. */
const BOUNDS = { max: 10_000, perf: { now: () => performance.now() }, ttlResolution: 0 };
/** A token is not used any more so shortly before it expires: it has to arrive. */
const MARGIN_MILLIS = 5000;
const TOKEN = 'token';
const EXPIRES = 'expires';

/** What proves who we are: a header, and the token in it. */
export interface Proof {
  header: Record<string, string>;
  proofs: string[];
}

/**
 * So long what was refused is not tried again with the same words: a health-check that asks every few seconds would lock the
 * account.
 */
const REFUSED_MILLIS = 15_000;
const REFUSED = [400, 401, 403, 423];

/** In memory alone, for each way to the network; they end by this process's own clock. */
const kept = new WeakMap<Dispatcher, LRUCache<string, string>>();
const refused = new WeakMap<Dispatcher, LRUCache<string, FailedAnswer>>();

/**
 * Sends with a token that a login gave out: one that is kept for this tenant and host, or a new one. An answer of
 * `renewOn` to a kept token means that it is none any more: the login is made anew, once. The token is hidden before it is used.
 */
export async function loggedIn(
  context: SendContext,
  login: Login,
  endpoint: Endpoint | null,
  extracted: Values,
  send: {
    login(request: Login['request'], extract: Record<string, Extraction>): Promise<Answer>;
    withProof(proof: Proof): Promise<Answer>;
  },
): Promise<Answer> {
  const tokens = kept.get(context.http) ?? new LRUCache<string, string>(BOUNDS);
  kept.set(context.http, tokens);
  const key = keyOf(context, login, endpoint, extracted);
  const known = tokens.get(key);
  if (known !== undefined) {
    const answer = await send.withProof(proofOf(context, login, known));
    if (answer.ok || answer.status === null || !statusIn(answer.status, login.renewOn)) return answer;
    tokens.delete(key);
  }
  const refusals = refused.get(context.http) ?? new LRUCache<string, FailedAnswer>(BOUNDS);
  refused.set(context.http, refusals);
  const before = refusals.get(key);
  if (before) return notAskedAgain(before);
  const extract = { [TOKEN]: login.token, ...(login.expiresIn ? { [EXPIRES]: login.expiresIn } : {}) };
  const answer = await send.login(login.request, extract);
  // Nothing of the call itself has left, and of an answer that may hold tokens nothing is kept.
  if (!answer.ok) {
    const told = { ...failed(answer), message: `could not be logged in to: it ${answer.message}` };
    if (answer.status !== null && REFUSED.includes(answer.status))
      refusals.set(key, told, { ttl: REFUSED_MILLIS });
    return told;
  }
  const token = String(answer.values[TOKEN]);
  const seconds = Number(answer.values[EXPIRES]);
  const lives = (Number.isFinite(seconds) && seconds > 0 ? seconds : login.expiresSeconds) * 1000;
  tokens.set(key, token, { ttl: Math.ceil(lives - Math.min(MARGIN_MILLIS, lives / 2)) });
  return send.withProof(proofOf(context, login, token));
}

const notAskedAgain = (answer: FailedAnswer): FailedAnswer => ({
  ...answer,
  record: { ...answer.record, response: 'Not asked again: it refused the same a moment ago.', millis: 0 },
});

function failed(answer: FailedAnswer): FailedAnswer {
  const [status = ''] = answer.record.response.split('\n');
  const said = answer.status === null ? answer.record.response : status;
  return { ...answer, lost: false, status: null, record: { ...answer.record, response: said } };
}

function proofOf({ veil }: SendContext, { header, prefix }: Login, token: string): Proof {
  for (const part of partsOf(token)) veil.add(part);
  const before = prefix ?? (header.toLowerCase() === 'authorization' ? 'Bearer ' : '');
  return { header: { [header.toLowerCase()]: `${before}${token}` }, proofs: [token] };
}

/** Another tenant, host, way to log in or secret has another token. */
function keyOf(context: SendContext, login: Login, endpoint: Endpoint | null, extracted: Values): string {
  const { tenantId, secrets } = context;
  const { url, headers, body, auth } = login.request;
  const said = renderDeep({ url, headers, body, auth }, scopeFor(context, endpoint, extracted));
  const of = [tenantId, endpoint?.url ?? '', login, said, secrets];
  return createHash('sha256').update(JSON.stringify(of)).digest('hex');
}

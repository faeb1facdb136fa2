import { LITERAL_BRACES, render, type TemplateScope } from '@/domain/template';
import type { Answer } from './answer';
import type { HttpCall } from './http-settings';
import { statusIn } from './raw-answer';

/** As often as a browser that has had enough would say "too many redirects", and sooner. */
const MOST_HOPS = 5;

/**
 * Sends a call, and again to where its answer redirects it, as long as the playbook names the host. 307 and 308 are followed as they
 * are, 301, 302 and 303 only by a GET: whether the change was made is not known of others (RFC 9110, 15.4).
 */
export async function follow(
  wanted: HttpCall,
  scope: TemplateScope,
  send: (call: HttpCall) => Promise<Answer>,
): Promise<Answer> {
  const { redirects } = wanted;
  if (!redirects) return send(wanted);
  const allowed = redirects.map((host) => render(host, scope).toLowerCase());
  let call = wanted;
  for (let hops = 0; ; hops += 1) {
    const answer = await send(call);
    if (answer.ok || hops === MOST_HOPS) return answer;
    const to = target(answer, call);
    if (
      to === null ||
      !allowed.some((host) => host === to.hostname || host === `${to.hostname}:${portOf(to)}`)
    )
      return answer;
    // It is the target's text: nothing in it is filled in.
    call = { ...wanted, url: to.href.replaceAll('{{', LITERAL_BRACES) };
  }
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

/** Null where there is no way on, or only one that is not encrypted any more. */
function target(
  { status, location, address = '' }: Extract<Answer, { ok: false }>,
  { method }: HttpCall,
): URL | null {
  if (status === null || !location) return null;
  const byReading = method === 'GET' || method === 'HEAD';
  if (!statusIn(status, [307, 308]) && !(byReading && statusIn(status, [301, 302, 303]))) return null;
  if (!URL.canParse(location, address)) return null;
  const to = new URL(location, address);
  return to.protocol === 'http:' && new URL(address).protocol === 'https:' ? null : to;
}

import { render, type TemplateScope } from '@/domain/template';
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
  let from: string | undefined;
  for (let hops = 0; ; hops += 1) {
    const answer = await send(call);
    if (answer.ok || hops === MOST_HOPS) return answer;
    const to = target(answer, call, from);
    if (to === null || !(allowed.includes(to.host) || allowed.includes(to.hostname))) return answer;
    from = to.href;
    call = { ...wanted, url: to.href };
  }
}

/** Null where there is no way on. */
function target(
  { status, location, record }: Extract<Answer, { ok: false }>,
  { method }: HttpCall,
  from: string | undefined,
): URL | null {
  // What stands in braces would be filled in.
  if (status === null || !location || location.includes('{{')) return null;
  if (
    !statusIn(status, [307, 308]) &&
    !((method === 'GET' || method === 'HEAD') && statusIn(status, [301, 302, 303]))
  )
    return null;
  const asked = from ?? record.request.split('\n')[0]?.split(' ')[1] ?? '';
  return URL.canParse(location, asked) ? new URL(location, asked) : null;
}

import { render, type TemplateScope } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';

/** A template that begins with the endpoint's URL goes below it, as a path alone does. */
const BELOW_ENDPOINT = /^\{\{\s*endpoint\.url\s*\}\}(?=$|[/?#])/;

/** A URL that cannot be called, in words that follow the name of who was to be called. */
export class UrlRefused extends Error {
  override readonly name = 'UrlRefused';
}

/**
 * The URL to call: absolute, or below the endpoint's. A path goes below the endpoint's path, of two queries the endpoint's
 * comes first, and a fragment is for browsers. Throws {@link UrlRefused} when it has a user name or a password in it.
 */
export function targetUrl(template: string, scope: TemplateScope, endpoint: Endpoint | null): string {
  const named = endpoint ? BELOW_ENDPOINT.exec(template)?.[0] : undefined;
  const below = render(named === undefined ? template : template.slice(named.length), scope);
  const url =
    endpoint && (named !== undefined || below.startsWith('/')) ? belowEndpoint(endpoint.url, below) : below;
  if (!URL.canParse(url)) return url;
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw new UrlRefused('was not called: its URL has a user name or a password in it. Give them as auth');
  return withoutFragment(url);
}

/** What stands below an endpoint's URL; `below` is a path, a query or both. */
function belowEndpoint(endpointUrl: string, below: string): string {
  const [path = '', query] = halves(withoutFragment(below));
  const [base = '', baseQuery] = halves(withoutFragment(endpointUrl));
  const queries = [baseQuery, query].filter((one) => one !== undefined && one !== '').join('&');
  return `${base.replace(/\/+$/, '')}${path}${queries === '' ? '' : `?${queries}`}`;
}

const withoutFragment = (url: string): string => url.replace(/#.*$/s, '');

function halves(url: string): [string, string | undefined] {
  const at = url.indexOf('?');
  return at === -1 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)];
}

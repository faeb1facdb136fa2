import type { TlsWay } from './tls-way';

/** How a target is reached where the usual way will not do. */
export interface Way extends TlsWay {
  /** A proxy that speaks CONNECT; `token` is what it is told as Proxy-Authorization. */
  proxy?: { url: string; token?: string | undefined } | undefined;
}

/** What is wrong with the address of a proxy, in words that can stand alone; null when nothing is. */
export function proxyProblem({ proxy }: Way): string | null {
  if (!proxy) return null;
  const { url } = proxy;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return 'the address of its proxy must look like http://proxy:3128';
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    return 'the address of its proxy has a user name or a password in it: give them beside it, from a secret';
  return null;
}

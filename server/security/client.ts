import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Who sent a request, as far as can be known. */
export interface Client {
  /** The address nearest to them that is not a proxy of ours. */
  address: string;
  /** Whether their browser speaks TLS, to us or to a proxy of ours. */
  secure: boolean;
  /** What they know us as: host and port. */
  host: string;
}

export type ClientOf = (request: IncomingMessage) => Client;

const HOST = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/** Whether this can be a Host header. */
export const isHost = (text: string): boolean => HOST.test(text);

/**
 * Reads who sent a request. `X-Forwarded-For`, `-Proto` and `-Host` count only as far as proxies of these networks
 * (CIDRs) wrote them: what is left of the rightmost address that is none of them, anybody may have made up.
 */
export function createClientOf(trustedProxies: readonly string[]): ClientOf {
  const trusted = proxyAddr.compile([...trustedProxies]);
  return (request) => {
    const peer = request.socket.remoteAddress ?? 'unknown';
    const host = request.headers.host ?? '';
    const encrypted = 'encrypted' in request.socket && request.socket.encrypted === true;
    if (!isIP(peer) || !trusted(peer, 0)) return { address: plain(peer), secure: encrypted, host };
    const found = withoutPort(proxyAddr(request, (address, hop) => trusted(withoutPort(address), hop)));
    const said = lastOf(request, 'x-forwarded-proto')?.toLowerCase();
    const forwardedHost = lastOf(request, 'x-forwarded-host');
    return {
      address: plain(isIP(found) ? found : peer),
      secure: said === undefined ? encrypted : said === 'https',
      host: forwardedHost !== undefined && isHost(forwardedHost) ? forwardedHost : host,
    };
  };
}

/** Headers by which a proxy speaks for somebody: nothing behind the door may believe them a second time. */
const SPOKEN_FOR = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
];

/** Makes the request look as if the client had sent it here itself. */
export function dropForwarding(request: IncomingMessage, client: Client): void {
  for (const name of SPOKEN_FOR) delete request.headers[name];
  if (client.host !== '') request.headers.host = client.host;
}

/** What the nearest proxy said: others before it may be anybody's. */
function lastOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(',') : value)?.split(',').at(-1)?.trim() || undefined;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}

/** An IPv4 address as itself, also where the socket is one of IPv6. */
function plain(address: string): string {
  return /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
}

/** Parses a comma list of addresses and networks (CIDR); throws in the operator's words. */
export function parseProxies(text: string): string[] {
  const listed = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  for (const one of listed) {
    try {
      proxyAddr.compile(one);
    } catch {
      throw new Error(`"${one}" is not an IP address or a network such as 10.0.0.0/8`);
    }
  }
  return listed;
}

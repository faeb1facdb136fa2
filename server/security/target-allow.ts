import { BlockList, isIP } from 'node:net';

/** One entry of SWITCHYARD_TARGET_ALLOW. A missing port means every port. */
export type AllowEntry =
  | { kind: 'any' }
  | { kind: 'host'; host: string; port?: number }
  | { kind: 'domain'; suffix: string; port?: number }
  | { kind: 'net'; net: BlockList; port?: number };

/** The parsed allow-list: what steps may call. Empty means nothing. */
export type TargetAllow = readonly AllowEntry[];

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** Parses a comma list of host, host:port, *.domain, address, CIDR or `*`; a bad entry is named in the error. */
export function parseTargetAllow(text: string): TargetAllow {
  return text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .map(parseEntry);
}

function parseEntry(entry: string): AllowEntry {
  if (entry === '*') return { kind: 'any' };
  const { host, port } = splitPort(entry);
  const slash = host.indexOf('/');
  const address = slash === -1 ? host : host.slice(0, slash);
  const version = isIP(address);
  if (version !== 0) {
    const bits = slash === -1 ? (version === 4 ? 32 : 128) : Number(host.slice(slash + 1));
    if (!Number.isInteger(bits) || bits < 0 || bits > (version === 4 ? 32 : 128)) throw unusable(entry);
    const net = new BlockList();
    net.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
    return { kind: 'net', net, ...port };
  }
  if (host.startsWith('*.') && HOST.test(host.slice(2)))
    return { kind: 'domain', suffix: host.slice(1), ...port };
  if (!HOST.test(host) || /^[\d.]+$/.test(host)) throw unusable(entry);
  return { kind: 'host', host, ...port };
}

/** Splits `host:port`, `[v6]:port`, `v4/bits:port`; a bare IPv6 address keeps its colons. */
function splitPort(entry: string): { host: string; port: { port?: number } } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  const plain = bracketed ?? /^([^:]+)(?::(\d+))?$/.exec(entry);
  if (!plain) return { host: entry, port: {} };
  const [, host = '', digits] = plain;
  if (digits === undefined) return { host, port: {} };
  const port = Number(digits);
  if (port < 1 || port > 65_535) throw unusable(entry);
  return { host, port: { port } };
}

function unusable(entry: string): Error {
  return new Error(`"${entry}" is not a host, host:port, *.domain, IP address or CIDR range`);
}

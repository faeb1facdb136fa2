import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { isLoopback, isMetadataName, isNeverCalled } from './never-called';
import type { Way } from './proxy-way';
import { skipContinue } from './skip-continue';
import type { AllowEntry, TargetAllow } from './target-allow';
import { type TlsWay, tlsOptions } from './tls-way';

/** A step was about to call something it may not; the message says what to set. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
  readonly code = 'TARGET_REFUSED';
  constructor(
    readonly target: string,
    reason: string,
  ) {
    super(`${target} was not called: ${reason}`);
  }
}

/** The most that any call may ask for; what one may have at most it says itself. */
const MOST_BYTES = 2 * 1024 * 1024;
const SETTING = 'SWITCHYARD_TARGET_ALLOW';
/**
 * Whether steps may call this URL, as far as can be told without DNS; null means yes.
 * A name that only a CIDR entry could allow is decided when connecting.
 */
export function checkTarget(
  url: URL,
  allow: TargetAllow,
  protocols: readonly string[] = ['http:', 'https:'],
): TargetRefused | null {
  if (!protocols.includes(url.protocol)) {
    return new TargetRefused(
      url.host,
      `steps call ${protocols.map((p) => p.slice(0, -1)).join(' or ')} addresses only`,
    );
  }
  return checkHost(url.hostname, portOf(url), allow);
}

/** Everything but what is never called: for what the environment names, and not a playbook. */
export const ANYWHERE: TargetAllow = [{ kind: 'any' }];

/** A lookup for `net.connect` that passes on a name's addresses only if every one of them may be called. */
export function guardedLookup(
  port: number,
  allow: TargetAllow,
  resolve: typeof dns.lookup = dns.lookup,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      for (const { address } of addresses) {
        const refused = checkAddress(hostname, address, port, allow);
        if (refused) return callback(refused, []);
      }
      const [first] = addresses;
      if (options.all || !first) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

interface TargetOptions {
  allow: TargetAllow;
  /** Most parallel connections to one host and port. */
  connections?: number;
  connectTimeoutMillis?: number;
  /** The longest silence before an answer, and within it; a call may say otherwise. */
  silenceMillis?: number;
  resolve?: typeof dns.lookup;
}

/** As many ways of encrypting as one process is likely to meet; the one unused longest is closed first. */
const KEPT_WAYS = 200;

/**
 * The only way steps reach the network: refuses what is not on the list at the moment of connecting, so neither
 * a changed DNS answer nor an address in disguise gets through. Use it with undici's `request`, which follows no redirects.
 */
export class TargetDispatcher extends Agent {
  readonly #options: TargetOptions;
  readonly #speaking = new Map<string, Dispatcher>();

  constructor(options: TargetOptions) {
    super(agentOptions(options));
    this.#options = options;
  }

  /** The same guard, with another way of encrypting, or by a proxy; one for each that is asked for. */
  speaking(way: Way): Dispatcher {
    const hash = createHash('sha256').update(JSON.stringify(way)).digest('hex');
    const agent =
      this.#speaking.get(hash) ??
      (way.proxy ? byProxy(this.#options, way, way.proxy) : new Agent(agentOptions(this.#options, way)));
    // Set anew, so that the first key is always the one unused longest.
    this.#speaking.delete(hash);
    this.#speaking.set(hash, agent);
    const [oldest] = this.#speaking;
    if (this.#speaking.size > KEPT_WAYS && oldest) {
      this.#speaking.delete(oldest[0]);
      // Requests under way are finished first.
      void oldest[1].close();
    }
    return agent;
  }

  /**
   * For connections that are not HTTP: judges the host and returns the lookup to connect with, which judges every
   * address the name resolves to. Throws {@link TargetRefused}.
   */
  guard(host: string, port: number): LookupFunction {
    const refused = checkHost(host, port, this.#options.allow);
    if (refused) throw refused;
    return guardedLookup(port, this.#options.allow, this.#options.resolve);
  }
}

/** Makes the guarded way to the network; see {@link TargetDispatcher}. */
export function createTargetDispatcher(options: TargetOptions): TargetDispatcher {
  return new TargetDispatcher(options);
}

/** The guard behind a run's dispatcher. Throws when there is none: without it nothing but plain HTTP is reached. */
export function targetGuardOf(http: Dispatcher): TargetDispatcher {
  if (http instanceof TargetDispatcher) return http;
  throw new Error('This run has no target guard, so it opens no connections of its own.');
}

function agentOptions(options: TargetOptions, tls: TlsWay = {}): Agent.Options {
  const connectors = new Map<number, buildConnector.connector>();
  const connectorFor = (port: number) => {
    const known = connectors.get(port);
    if (known) return known;
    const made = buildConnector({
      ...tlsOptions(tls),
      timeout: options.connectTimeoutMillis ?? 10_000,
      lookup: guardedLookup(port, options.allow, options.resolve),
    });
    connectors.set(port, made);
    return made;
  };
  return {
    connections: options.connections,
    maxResponseSize: MOST_BYTES,
    ...(options.silenceMillis && {
      headersTimeout: options.silenceMillis,
      bodyTimeout: options.silenceMillis,
    }),
    connect: (target, callback) => {
      const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
      // node calls no lookup for a literal address, so it is checked here.
      const refused = checkHost(target.hostname, port, options.allow);
      if (refused) callback(refused, null);
      else
        connectorFor(port)(target, (...[error, socket]) =>
          error ? callback(error, null) : callback(null, skipContinue(socket)),
        );
    },
  };
}

/**
 * By a proxy, which resolves the target's name itself: only names and addresses that are on the list as they stand are
 * asked for, and the proxy is judged like any host.
 */
function byProxy(options: TargetOptions, way: Way, { url, token }: NonNullable<Way['proxy']>): Dispatcher {
  const proxy = new URL(url);
  const port = portOf(proxy);
  const agent = new ProxyAgent({
    uri: url,
    ...(token ? { token } : {}),
    requestTls: tlsOptions(way),
    proxyTls: {
      ...tlsOptions({ caPem: way.caPem }),
      lookup: guardedLookup(port, options.allow, options.resolve),
    },
    maxResponseSize: MOST_BYTES,
  });
  return agent.compose((dispatch) => (request, handler) => {
    const target = new URL(String(request.origin));
    const refused =
      checkHost(proxy.hostname, port, options.allow) ??
      checkTarget(target, options.allow) ??
      checkNamed(target.hostname, portOf(target), options.allow);
    if (refused) throw refused;
    return dispatch(request, handler);
  });
}

/** A name that only a range could allow is never resolved here. */
function checkNamed(rawHost: string, port: number, allow: TargetAllow): TargetRefused | null {
  const host = bare(rawHost);
  if (isIP(host) !== 0) return null;
  // The proxy may resolve it to anything: "*" names nobody.
  return allow.some((entry) => entry.kind !== 'any' && portFits(entry, port) && names(entry, host))
    ? null
    : notListed(`${rawHost}:${port}`);
}

function checkHost(rawHost: string, port: number, allow: TargetAllow): TargetRefused | null {
  const host = bare(rawHost);
  const target = `${rawHost}:${port}`;
  if (allow.length === 0) {
    return new TargetRefused(
      target,
      `steps may call nothing yet. Set ${SETTING}=${target} (a comma list) and restart`,
    );
  }
  if (isIP(host) !== 0) return checkAddress(host, host, port, allow);
  if (isMetadataName(host)) return new TargetRefused(target, 'cloud metadata services are never called');
  const possible = allow.some(
    (entry) => portFits(entry, port) && (entry.kind === 'net' || names(entry, host)),
  );
  return possible ? null : notListed(target);
}

/** Judges one address a host stands for. */
function checkAddress(
  rawHost: string,
  address: string,
  port: number,
  allow: TargetAllow,
): TargetRefused | null {
  const host = bare(rawHost);
  const target = `${rawHost}:${port}`;
  if (isNeverCalled(address)) {
    return new TargetRefused(
      target,
      `${address} is a link-local, metadata or unusable address, which steps never call`,
    );
  }
  const entries = allow.filter((entry) => portFits(entry, port));
  if (entries.some((entry) => entry.kind === 'net' && entry.net.check(unzoned(address), familyOf(address))))
    return null;
  const named = entries.filter((entry) => names(entry, host));
  if (named.length === 0) return notListed(target, host === address ? undefined : address);
  // A listed name that suddenly means this machine is the classic way to reach its private ports.
  const meansLoopback = named.some(
    (entry) => entry.kind === 'any' || (entry.kind === 'host' && entry.host === 'localhost'),
  );
  if (isLoopback(address) && !meansLoopback) {
    return new TargetRefused(
      target,
      `it resolves to ${address}, this machine. If that is meant, add ${address} to ${SETTING}`,
    );
  }
  return null;
}

function notListed(target: string, address?: string): TargetRefused {
  const what = address ? `its address ${address} is` : 'it is';
  return new TargetRefused(
    target,
    `${what} not on the list of hosts steps may call. Add ${target} to ${SETTING} and restart`,
  );
}

const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** The address without the interface it is reached by. */
const unzoned = (address: string) => address.replace(/%.*$/, '');

function names(entry: AllowEntry, host: string): boolean {
  if (entry.kind === 'any') return true;
  if (entry.kind === 'host') return entry.host === host;
  return entry.kind === 'domain' && host.endsWith(entry.suffix);
}

function portFits(entry: AllowEntry, port: number): boolean {
  return entry.kind === 'any' || entry.port === undefined || entry.port === port;
}

/** The host without IPv6 brackets or the root dot, in lower case. */
function bare(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function portOf(url: URL): number {
  if (url.port) return Number(url.port);
  return url.protocol === 'https:' ? 443 : url.protocol.startsWith('redis') ? 6379 : 80;
}

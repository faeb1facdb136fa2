/** How the address of a kind of server is written. */
export interface AddressKind {
  /** With their colon. */
  protocols: readonly string[];
  /** Where nothing else is said; by protocol where they differ. */
  port: number | Readonly<Record<string, number>>;
  example: string;
  /** What stands after the host, as messages name it: "database". */
  path: string;
}

export interface ServerAddress {
  protocol: string;
  /** Without the brackets of IPv6. */
  host: string;
  port: number;
  hostAndPort: string;
  /** What stands after the host and its slash; empty where nothing does. */
  path: string;
  /** As it may be shown. */
  shown: string;
}

/** Where a server is that speaks no HTTP. Throws in the operator's words; credentials are not repeated. */
export function serverAddress(kind: AddressKind, text: string): ServerAddress {
  const problem = addressProblem(kind, text);
  if (problem) throw new Error(`The url of the step ${problem}.`);
  const url = new URL(text);
  const { port } = kind;
  const number = Number(url.port) || (typeof port === 'number' ? port : (port[url.protocol] ?? 0));
  const hostAndPort = `${url.hostname}:${number}`;
  return {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: number,
    hostAndPort,
    path: decodeURIComponent(url.pathname.slice(1)),
    shown: `${url.protocol}//${hostAndPort}${url.pathname}`,
  };
}

/** What is wrong with an address, in words that follow what it is; null when nothing is. */
export function addressProblem({ protocols, example, path }: AddressKind, text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol) || url.hostname === '') return `must look like ${example}`;
  if (url.username !== '' || url.password !== '')
    return 'has a user name or a password in it: give them as username and password, from a secret';
  if (url.search !== '' || url.hash !== '') return `takes no options after the ${path}`;
  return readable(url.pathname) ? null : `has a ${path} that cannot be read`;
}

function readable(pathname: string): boolean {
  try {
    return !decodeURIComponent(pathname).includes('\0');
  } catch {
    return false;
  }
}

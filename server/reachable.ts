/** A host as a URL may name it: every address is reached as this machine, and IPv6 stands in brackets. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

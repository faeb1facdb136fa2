/** How this machine is called in an address. */
export const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a browser at `origin` may change things here: it shows a page of this very host
 * (as named in the Host header, so LAN names work unconfigured) or of the public URL.
 * No Origin means no browser: cross-site pages cannot leave it out of a mutation or a WebSocket.
 */
export function originAllowed(request: {
  origin: string | null | undefined;
  host: string | null | undefined;
  publicUrl?: URL;
}): boolean {
  if (request.origin === null || request.origin === undefined || request.origin === '') return true;
  const origin = URL.canParse(request.origin) ? new URL(request.origin) : null;
  if (!origin || (origin.protocol !== 'http:' && origin.protocol !== 'https:')) return false;
  if (request.publicUrl && origin.origin === request.publicUrl.origin) return true;
  // The scheme is not compared: behind a TLS proxy the page is https while we are spoken to in http.
  const self = `${origin.protocol}//${request.host ?? ''}`;
  if (!request.host || !URL.canParse(self)) return false;
  const host = new URL(self);
  if (origin.host === host.host) return true;
  return origin.port === host.port && LOOPBACK.has(origin.hostname) && LOOPBACK.has(host.hostname);
}

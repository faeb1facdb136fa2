import type { ServerResponse } from 'node:http';

/** What decides the headers of a page. */
export type PageKind = {
  /** Of the Host header, checked by the door. */
  host: string;
  nonce: string;
  /** Whether browsers reach us over TLS. */
  secure: boolean;
  /** The development server of Next needs eval, and writes style tags without a nonce. */
  development: boolean;
};

/** The policy of every page: scripts only with this response's nonce, nothing from elsewhere, never in a frame. */
export function contentSecurityPolicy(page: PageKind): string {
  const socket = `${page.secure ? 'wss' : 'ws'}://${page.host}`;
  return [
    `script-src 'self' 'nonce-${page.nonce}' 'strict-dynamic'${page.development ? " 'unsafe-eval'" : ''}`,
    "default-src 'self'",
    `style-src 'self' ${page.development ? "'unsafe-inline'" : `'nonce-${page.nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Older browsers do not count a WebSocket to the same host as 'self'.
    `connect-src 'self' ${socket}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer. */
export function setBaseHeaders(response: ServerResponse, secure: boolean): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
  if (!secure) return;
  response.setHeader('strict-transport-security', 'max-age=31536000');
  // Browsers ignore it without TLS, and complain.
  response.setHeader('cross-origin-opener-policy', 'same-origin');
}

/** Pages whose address is a secret must leave no trace in caches, search engines or other sites' logs. */
export function setSecretAddressHeaders(response: ServerResponse): void {
  response.setHeader('cache-control', 'private, no-store');
  response.setHeader('x-robots-tag', 'noindex, nofollow, noarchive');
  response.setHeader('referrer-policy', 'no-referrer');
}

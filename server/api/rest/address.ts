import type { IncomingMessage } from 'node:http';
import { RequestRefused } from '@/server/security/request-body';

/** Below this is the API for programs. */
export const REST = '/api/v1';

/** Whether a request is for the API for programs, readable or not. */
export const isRest = ({ url = '' }: Pick<IncomingMessage, 'url'>): boolean =>
  url.startsWith(REST) && /^[/?]?$/.test(url.charAt(REST.length));

/** An address as it was sent. */
export interface Address {
  /** Without the query. */
  path: string;
  /** What follows {@link REST}, each part decoded by itself: an encoded slash parts nothing. */
  segments: string[];
  query: string;
}

/** Reads an address of the API for programs. Throws {@link RequestRefused} for one that cannot be decoded. */
export function addressIn({ url = '' }: Pick<IncomingMessage, 'url'>): Address {
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  try {
    const segments = path
      .slice(REST.length + 1)
      .split('/')
      .map(decodeURIComponent);
    return { path, segments, query: at === -1 ? '' : url.slice(at + 1) };
  } catch {
    throw new RequestRefused(400, 'BAD_URL', 'The address of this request cannot be read.');
  }
}

import type { MessageFormat } from '@/db/schema/notify';
import { fillText } from '@/domain/payload';
import { render } from '@/domain/template';
import type { Message } from './message';
import { type Signing, scopeOf } from './message-scope';

/** A message as it is sent. */
export interface Written {
  body: string;
  contentType: string;
  /** To be added to the address. */
  query: string;
}

/** Writes a message by a format. Throws TemplateError for a format that was not checked. */
export function written(
  { template, contentType, query }: MessageFormat,
  message: Message,
  signing: Signing,
): Written {
  const scope = scopeOf(message, signing);
  const format = contentType === 'application/json' ? 'json' : 'text';
  return {
    body: fillText({ payload: template, format }, scope),
    contentType: [contentType, 'charset=utf-8'].join('; '),
    query: render(query, scope),
  };
}

/** The address with what a format adds to it. */
export function withQuery(address: string, query: string): string {
  if (query === '') return address;
  const url = new URL(address);
  url.search = url.search === '' ? query : `${url.search}&${query}`;
  return url.href;
}

import type { StepDefinition } from '@/domain/playbook';
import { isTemplate } from '@/domain/template';
import type { HttpCall, HttpSettings } from './http-settings';
import type { RedisConnection } from './redis-command';

/** A text of a step's settings that is filled in before something is sent. */
export interface StepTemplate {
  /** Where it stands in the step as the playbook has it. */
  path: (string | number)[];
  text: string;
  /** Names that earlier calls of the same step extract: `{{data.NAME}}`, beside those of earlier steps. */
  data: readonly string[];
}

/** An address that a step calls, as the playbook writes it. */
export interface StepUrl {
  path: (string | number)[];
  url: string;
}

/** The addresses of a step that sends HTTP. */
export function httpUrls({ calls, readBack }: HttpSettings, definition: StepDefinition): StepUrl[] {
  const place = (index: number) => (definition.calls === undefined ? ['request'] : ['calls', index]);
  return [
    ...calls.map(({ url }, index) => ({ path: [...place(index), 'url'], url })),
    ...(readBack ? [{ path: ['readBack', 'url'], url: readBack.url }] : []),
  ];
}

type Path = readonly (string | number)[];

/** The templates of a step that sends HTTP, in the order in which they are filled in. */
export function httpTemplates(wanted: HttpSettings, definition: StepDefinition): StepTemplate[] {
  const data: string[] = [];
  const found: StepTemplate[] = [];
  for (const [index, call] of wanted.calls.entries()) {
    const path = definition.calls === undefined ? ['request'] : ['calls', index];
    found.push(...callTemplates(call, path, [...data]));
    // The authority is the same for all; it is needed when the first one leaves.
    if (index === 0)
      found.push(...textsIn({ caPem: wanted.caPem, tls: wanted.tls, proxy: wanted.proxy }, [], []));
    data.push(...Object.keys(call.extract));
  }
  found.push(...textsIn(wanted.repeat?.when, ['repeat', 'when'], data));
  // Asked after a lost answer, at best that of the last call.
  if (wanted.readBack) found.push(...callTemplates(wanted.readBack, ['readBack'], data));
  return found;
}

/** The templates of one call: what is sent, then what is expected of its answer. */
export function callTemplates(
  call: Pick<HttpCall, 'method' | 'url' | 'headers' | 'auth' | 'body' | 'expect' | 'extract'> &
    Partial<Pick<HttpCall, 'until' | 'retries' | 'redirects' | 'when'>>,
  path: Path,
  data: readonly string[] = [],
): StepTemplate[] {
  const read = call.method === 'GET' || call.method === 'HEAD';
  return [
    ...textsIn(call.when, [...path, 'when'], data),
    ...textsIn(call.url, [...path, 'url'], data),
    ...textsIn(call.headers, [...path, 'headers'], data),
    ...textsIn(call.auth, [...path, 'auth'], data),
    ...(read ? [] : textsIn(call.body, [...path, 'body'], data)),
    ...textsIn(call.redirects, [...path, 'redirects'], data),
    ...textsIn(call.expect, [...path, 'expect'], data),
    ...textsIn(call.extract, [...path, 'extract'], data),
    ...textsIn(call.until, [...path, 'until'], data),
    ...textsIn(call.retries?.when, [...path, 'retries', 'when'], data),
  ];
}

/** The templates of a connection to Redis, and of what is said on it. */
export function redisTemplates(
  { url, username, password, caPem, tls }: RedisConnection,
  said: Readonly<Record<string, unknown>>,
): StepTemplate[] {
  return textsIn({ url, ...said, caPem, tls, username, password }, []);
}

/** Every text within a value that has something to be filled in. */
export function textsIn(value: unknown, path: Path, data: readonly string[] = []): StepTemplate[] {
  if (typeof value === 'string') return isTemplate(value) ? [{ path: [...path], text: value, data }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index], data));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key], data));
}

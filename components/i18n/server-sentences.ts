import type { Locale } from './locale';
import { course } from './sentences/course';
import { documents } from './sentences/documents';
import { failures } from './sentences/failures';
import { findings } from './sentences/findings';
import { json } from './sentences/json';
import { playbooks } from './sentences/playbooks';
import { refusals } from './sentences/refusals';

/** Sentences by their English; undefined for English itself. */
export type Sentences = Readonly<Record<string, string>>;

/**
 * What the domain, the server and the browser itself say, in a language other than their own. They write English once, where it is made, for
 * API, log and database alike; the English is the key. Imported on the server; the browser is sent one language.
 */
export function sentencesFor(locale: Locale): Sentences | undefined {
  return locale === 'en'
    ? undefined
    : { ...course, ...documents, ...failures, ...findings, ...json, ...playbooks, ...refusals };
}

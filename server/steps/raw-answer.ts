import { beyondBounds, parseBounded } from '@/server/security/bounded-json';
import { readXml, type XmlReading } from './xml-path';

/** An answer as it came; names of headers and trailers are in lower case. */
export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  trailers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  /** From when the request left until the answer was there. */
  millis: number;
  /** So many characters of a text at most, nothing that must stay hidden among them. */
  shown(text: string, chars: number): string;
  /** The text as JSON, parsed when first asked for; undefined when it is none, or beyond the bounds. */
  body(): unknown;
  /** The text as XML, in the same way. */
  xml(): XmlReading;
}

/** An answer with its text read as JSON or XML once, however much is asked of it. */
export function rawAnswer(
  came: Omit<RawAnswer, 'body' | 'xml' | 'millis' | 'shown'> & Partial<Pick<RawAnswer, 'millis' | 'shown'>>,
): RawAnswer {
  let read: { value: unknown } | undefined;
  let xml: XmlReading | undefined;
  return {
    millis: 0,
    shown: cut,
    ...came,
    body: () => {
      read ??= { value: parseBounded(came.text) };
      return read.value;
    },
    xml: () => {
      xml ??= readXml(came.text);
      return xml;
    },
  };
}

/** Whether a status is in a list of codes and classes like "5xx". */
export function statusIn(status: number, list: readonly (number | string)[]): boolean {
  return list.some((one) => one === status || one === `${Math.floor(status / 100)}xx`);
}

/** Why nothing is found in an answer although it may be there: it is beyond what is read as JSON. */
export function unreadable(text: string): string {
  const why = beyondBounds(text);
  return why === null ? '' : `, which ${why}`;
}

const cut = (text: string, chars: number): string =>
  text.length > chars ? `${text.slice(0, chars)}…` : text;

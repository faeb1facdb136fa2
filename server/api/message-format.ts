import type { MessageFormat } from '@/db/schema/notify';
import { isJson } from '@/domain/json-text';
import { parseTemplate, placeIn, TemplateError } from '@/domain/template';
import { unknownName } from '@/server/input/nearest';
import { examples } from '@/server/notifications/example';
import type { Message } from '@/server/notifications/message';
import { namesIn, scopeOf } from '@/server/notifications/message-scope';
import { type Written, written } from '@/server/notifications/written';
import { costlyTemplate } from './template-limits';

/** What stands for the moment, the secret and the delivery where a format is only looked at. */
const SIGNING = {
  secret: 'example-secret',
  now: new Date('2026-03-01T04:13:04Z'),
  deliveryId: '00000000-0000-4000-8000-000000000000',
};
const CONSOLE = new URL('https://switchyard.example.com');
const EXAMPLES = examples(CONSOLE);

/** What a format may name. */
export const FORMAT_NAMES: readonly string[] = namesIn(scopeOf(EXAMPLES.one, SIGNING));
const MOST_FILLED = 64 * 1024;

/** What is wrong with a format, by its part: it can be filled in for every message, and is JSON then if it says so. */
export function formatProblems(format: MessageFormat): { part: keyof MessageFormat; message: string }[] {
  const parts = (['template', 'query'] as const).flatMap((part) => {
    const message = placeholderProblem(format[part]);
    return message === null ? [] : [{ part, message }];
  });
  if (parts.length > 0) return parts;
  for (const message of Object.values(EXAMPLES)) {
    const { body } = exampleOf(format, message);
    if (Buffer.byteLength(body) > MOST_FILLED)
      return [{ part: 'template', message: `is larger than ${MOST_FILLED / 1024} KiB once it is filled in` }];
    if (format.contentType === 'application/json' && !isJson(body))
      return [{ part: 'template', message: `is not JSON once it is filled in (${jsonProblem(body)})` }];
  }
  return [];
}

function placeholderProblem(template: string): string | null {
  const costly = costlyTemplate(template);
  if (costly !== null) return costly;
  try {
    for (const part of parseTemplate(template).parts) {
      if (part.kind === 'text') continue;
      const name = part.keys.join('.');
      if (!FORMAT_NAMES.includes(name))
        return `${part.source} at ${placeIn(template, part.position)} ${unknownName(name, FORMAT_NAMES)}`;
    }
    return null;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

function jsonProblem(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : 'not JSON';
  }
}

/** An example written by a format that was checked. */
export function exampleOf(format: MessageFormat, message: Message): Written {
  return written(format, message, SIGNING);
}

import { z } from 'zod';
import { TOPICS, URGENT_TOPICS } from '@/domain/view/news';
import { PRESET_NAMES } from '@/server/notifications/presets';
import { readable, weeklyHours } from './inputs';
import { formatProblems } from './message-format';

const MOST_RECIPIENTS = 20;
const MOST_DIGEST_SECONDS = 600;

export const webhookId = z.uuid('is not the id of a notification');
const name = readable(z.string().trim().min(1, 'Give the notification a name.').max(80));
const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2048)
  .refine((value) => !/^https?:\/\/[^/]*@/.test(value), 'must not hold a user name or password');
const recipients = z
  .array(z.email('must be an e-mail address').max(254))
  .min(1, 'Give at least one recipient.')
  .max(MOST_RECIPIENTS)
  .transform((all) => [...new Set(all)]);
const topics = z.array(z.enum(TOPICS)).min(1, 'Choose at least one topic.').max(TOPICS.length);
const secret = z
  .string()
  .min(8)
  .max(200)
  .regex(/^[!-~]+$/, 'must be letters, digits and signs without spaces');
const digestSeconds = z.number().int().min(0).max(MOST_DIGEST_SECONDS);
const quiet = z
  .strictObject({
    ...weeklyHours,
    through: z.array(z.enum(URGENT_TOPICS)).max(URGENT_TOPICS.length).default([]),
  })
  .nullable();

const own = z
  .strictObject({
    template: z.string().min(1).max(20_000),
    contentType: z.enum(['application/json', 'text/plain']),
    query: z.string().max(500).default(''),
    expect: z.string().max(200).default(''),
  })
  .superRefine((format, context) => {
    for (const { part, message } of formatProblems(format))
      context.addIssue({ code: 'custom', path: [part], message });
  });
/** A preset by its name, or `own` with the format itself. */
const format = z.enum([...PRESET_NAMES, 'own']);
export const ownWithFormat = (given: { format?: string | undefined; own?: object | null | undefined }) =>
  (given.format === 'own') === Boolean(given.own);
export const OWN_WITH_FORMAT = { path: ['own'], message: 'belongs to the format "own", which needs it' };

export const createInput = z
  .strictObject({
    kind: z.enum(['webhook', 'email']).default('webhook'),
    ...{ name, topics },
    ...{ url: url.optional(), secret: secret.optional(), format: format.default('json'), own: own.nullish() },
    recipients: recipients.optional(),
    digestSeconds: digestSeconds.default(60),
    quiet: quiet.default(null),
    enabled: z.boolean().default(true),
  })
  .superRefine((given, context) => {
    for (const { path, message } of misplaced(given.kind, given, { whole: true }))
      context.addIssue({ code: 'custom', path: [path], message });
  })
  .refine(ownWithFormat, OWN_WITH_FORMAT);

/** What a webhook has, and an e-mail has not, or the other way round; of a `whole` one also what is missing. */
export function misplaced(
  kind: 'webhook' | 'email',
  given: { url?: unknown; secret?: unknown; own?: unknown; recipients?: unknown },
  { whole = false } = {},
): { path: string; message: string }[] {
  const [needed, foreign] =
    kind === 'email' ? ['recipients', ['url', 'secret', 'own']] : ['url', ['recipients']];
  const has = (part: string) => {
    const value = given[part as keyof typeof given];
    return value !== undefined && value !== null;
  };
  return [
    ...(whole && !has(needed as string) ? [{ path: needed as string, message: 'is missing' }] : []),
    ...(foreign as string[]).filter(has).map((path) => ({
      path,
      message: kind === 'email' ? 'is not for an e-mail' : 'is for an e-mail only',
    })),
  ];
}

export const updateInput = z
  .strictObject({
    webhookId,
    name: name.optional(),
    topics: topics.optional(),
    digestSeconds: digestSeconds.optional(),
    quiet: quiet.optional(),
    enabled: z.boolean().optional(),
    url: url.optional(),
    recipients: recipients.optional(),
    secret: secret.optional(),
    format: format.optional(),
    own: own.nullish(),
  })
  .refine(ownWithFormat, OWN_WITH_FORMAT);

export const previewInput = z
  .strictObject({
    kind: z.enum(['webhook', 'email']).default('webhook'),
    format: format.default('json'),
    own: own.nullish(),
  })
  .refine(ownWithFormat, OWN_WITH_FORMAT);

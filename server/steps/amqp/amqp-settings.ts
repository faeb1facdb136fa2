import { z } from 'zod';
import { isTemplate } from '@/domain/template';
import { inDoubt, patience, socketSettings, target } from '@/server/steps/http-settings';
import { addressProblem } from '@/server/steps/server-address';
import { type StepTemplate, textsIn } from '@/server/steps/step-templates';

const MOST_HEADERS = 50;

export const AMQP_ADDRESS = {
  protocols: ['amqp:', 'amqps:'],
  port: { 'amqp:': 5672, 'amqps:': 5671 },
  example: 'amqp://host:5672/vhost',
  path: 'virtual host',
} as const;

/** What a message says of itself, besides its headers. Texts are templates. */
const properties = z.strictObject({
  /** Without it, what the body is. */
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  type: z.string().optional(),
  appId: z.string().optional(),
  correlationId: z.string().optional(),
  replyTo: z.string().optional(),
  /** Without it, the key of the call: the same when it is sent again. */
  messageId: z.string().optional(),
  /** Milliseconds after which nobody gets it any more. */
  expiration: z.string().optional(),
  priority: z.number().int().min(0).max(255).optional(),
  /** Kept on disk where the queue is. */
  persistent: z.boolean().default(true),
});

/** The settings of a step that publishes a message. All texts are templates; take credentials from `{{secret.NAME}}`. */
export const amqpSettings = z
  .strictObject({
    target: target.default('tenant'),
    /** amqp://host:5672/vhost, or amqps:// for TLS; without a virtual host it is "/". */
    url: z.string().min(1, 'is missing'),
    username: z.string().min(1, 'is missing'),
    password: z.string(),
    /** Empty: the default one, which takes the routing key for the name of a queue. */
    exchange: z.string(),
    routingKey: z.string().default(''),
    body: z.string().default('{{config.text}}'),
    headers: z
      .record(z.string().min(1), z.string())
      .refine(
        (headers) => Object.keys(headers).length <= MOST_HEADERS,
        `has more than ${MOST_HEADERS} values`,
      )
      .default({}),
    properties: properties.default({ persistent: true }),
    /** What it means that no queue took it. */
    unroutable: z.enum(['fail', 'warn']).default('fail'),
    inDoubt: inDoubt.default('resend'),
    retries: patience,
    timeoutMillis: z.number().int().min(1).max(300_000).default(10_000),
    ...socketSettings,
  })
  .superRefine(({ url }, context) => {
    const message = isTemplate(url) ? null : addressProblem(AMQP_ADDRESS, url);
    if (message) context.addIssue({ code: 'custom', path: ['url'], message });
  });

export type AmqpSettings = z.infer<typeof amqpSettings>;

export function amqpTemplates(wanted: AmqpSettings): StepTemplate[] {
  const { url, exchange, routingKey, headers, properties, body, caPem, tls, username, password } = wanted;
  return textsIn(
    { url, exchange, routingKey, headers, properties, body, caPem, tls, username, password },
    [],
  );
}

import { createHmac } from 'node:crypto';
import { type Dispatcher, errors, request } from 'undici';
import type { AttemptResult, webhook } from '@/db/schema/notify';
import { type SecretBox, SecretUnreadable } from '@/server/security/secrets';
import { TargetRefused } from '@/server/security/target-guard';
import type { Message } from './message';
import { formatOf } from './presets';
import { saidIn } from './said';
import { openAddress, secretsIn } from './webhook-address';
import { withQuery, written } from './written';

export interface WebhookDeps {
  secretBox: SecretBox;
  /** Reaches only what the allow-list names. */
  http: Dispatcher;
  timeoutMillis: number;
}

type Webhook = Pick<typeof webhook.$inferSelect, 'webhookId' | 'url' | 'format' | 'own' | 'secret'>;

/** A message that is larger was not meant. */
const MOST_BYTES = 256 * 1024;

/**
 * Posts a message once and tells what came of it; never throws for what the receiver or the network does.
 * The signature is an HMAC-SHA256 with the webhook's secret over `<seconds since 1970>.<body>`.
 */
export async function postMessage(
  deps: WebhookDeps,
  to: Webhook,
  { deliveryId, message, now }: { deliveryId: string; message: Message; now: Date },
): Promise<Omit<AttemptResult, 'at' | 'millis'>> {
  const failed = (status: number | null, error: string) => ({ ok: false, status, error });
  const timeout = AbortSignal.timeout(deps.timeoutMillis);
  try {
    const secret = deps.secretBox.open(to.webhookId, to.secret);
    const address = openAddress(deps.secretBox, to);
    const format = formatOf(to);
    const { body, query, contentType } = written(format, message, { secret, now, deliveryId });
    if (Buffer.byteLength(body) > MOST_BYTES)
      return { ...failed(null, `The message is larger than ${MOST_BYTES / 1024} KiB.`), final: true };
    const seconds = Math.floor(now.getTime() / 1000);
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    const { statusCode, body: answer } = await request(withQuery(address, query), {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'user-agent': 'switchyard',
        'switchyard-delivery': deliveryId,
        'switchyard-topic': message.topic,
        'switchyard-signature': `t=${seconds},v1=${signature}`,
      },
      body,
      dispatcher: deps.http,
      signal: timeout,
    });
    if (statusCode < 200 || statusCode >= 300) {
      await answer.dump();
      return failed(statusCode, `The receiver answered ${statusCode}.`);
    }
    if (format.expect === '') await answer.dump();
    else {
      const said = await answer.text();
      if (!spaceless(said).includes(spaceless(format.expect))) {
        const shown = saidIn(said, [secret, ...secretsIn(address)]);
        return failed(
          statusCode,
          `The receiver answered ${statusCode}, but not what counts as taken: ${shown}`,
        );
      }
    }
    return { ok: true, status: statusCode, error: null };
  } catch (error) {
    return failed(null, inWords(error, timeout.aborted, deps.timeoutMillis));
  }
}

/** JSON is the same however it is laid out. */
const spaceless = (text: string): string => text.replaceAll(/\s+/g, '');

/** What an operator can act on. Addresses of chat webhooks are secrets themselves, so none is repeated here. */
function inWords(error: unknown, timedOut: boolean, timeoutMillis: number): string {
  const refused = error instanceof Error && error.cause instanceof TargetRefused ? error.cause : error;
  if (refused instanceof TargetRefused) return refused.message;
  if (refused instanceof SecretUnreadable)
    return `${refused.message}. Make the webhook anew to give it another secret.`;
  if (timedOut || error instanceof errors.HeadersTimeoutError || error instanceof errors.ConnectTimeoutError)
    return `The receiver gave no answer within ${timeoutMillis / 1000} s.`;
  const code = (error as { code?: unknown }).code;
  return `The receiver could not be reached (${typeof code === 'string' ? code : 'unknown error'}).`;
}

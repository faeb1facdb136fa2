import { createHmac } from 'node:crypto';
import { type Dispatcher, errors, request } from 'undici';
import type { AttemptResult, webhook } from '@/db/schema/notify';
import type { Topic } from '@/domain/view/news';
import { type SecretBox, SecretUnreadable } from '@/server/security/secrets';
import { TargetRefused } from '@/server/security/target-guard';
import { jsonMessage, type NotificationFacts, slackMessage } from './message';
import { openAddress } from './webhook-address';

export interface SenderDeps {
  secretBox: SecretBox;
  /** Reaches only what the allow-list names. */
  http: Dispatcher;
  /** Where the console is, for links. */
  publicUrl: URL;
  timeoutMillis: number;
}

export interface Sending {
  deliveryId: string;
  topic: Topic;
  facts: NotificationFacts;
}

type Webhook = Pick<typeof webhook.$inferSelect, 'webhookId' | 'url' | 'format' | 'secret'>;

/**
 * Posts a notification once and tells what came of it; never throws for what the receiver or the network does.
 * The signature is an HMAC-SHA256 with the webhook's secret over `<seconds since 1970>.<body>`.
 */
export async function sendNotification(
  deps: SenderDeps,
  to: Webhook,
  { deliveryId, topic, facts }: Sending,
): Promise<AttemptResult> {
  const now = new Date();
  const began = performance.now();
  const result = (ok: boolean, status: number | null, error: string | null): AttemptResult => ({
    at: now.toISOString(),
    ok,
    status,
    error,
    millis: Math.round(performance.now() - began),
  });
  const timeout = AbortSignal.timeout(deps.timeoutMillis);
  try {
    const message = to.format === 'slack' ? slackMessage : jsonMessage;
    const body = JSON.stringify(message(topic, facts, deps.publicUrl));
    const seconds = Math.floor(now.getTime() / 1000);
    const secret = deps.secretBox.open(to.webhookId, to.secret);
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    const { statusCode, body: answer } = await request(openAddress(deps.secretBox, to), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'switchyard',
        'switchyard-delivery': deliveryId,
        'switchyard-topic': topic,
        'switchyard-signature': `t=${seconds},v1=${signature}`,
      },
      body,
      dispatcher: deps.http,
      signal: timeout,
    });
    await answer.dump();
    const taken = statusCode >= 200 && statusCode < 300;
    return result(taken, statusCode, taken ? null : `The receiver answered ${statusCode}.`);
  } catch (error) {
    return result(false, null, inWords(error, timeout.aborted, deps.timeoutMillis));
  }
}

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

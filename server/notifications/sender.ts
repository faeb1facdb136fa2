import type { AttemptResult, webhook } from '@/db/schema/notify';
import { SecretUnreadable } from '@/server/security/secrets';
import { type EmailDeps, sendEmail } from './email-sender';
import type { Message } from './message';
import { openAddress, recipientsIn } from './webhook-address';
import { postMessage, type WebhookDeps } from './webhook-sender';

/** What sending needs; `publicUrl` is where the console is, for links. */
export type SenderDeps = WebhookDeps & EmailDeps;

export interface Sending {
  deliveryId: string;
  message: Message;
  /** Recipients who did not get it yet; absent: all. */
  left?: readonly string[] | undefined;
}

type To = Pick<typeof webhook.$inferSelect, 'webhookId' | 'kind' | 'url' | 'format' | 'own' | 'secret'>;

/** Sends a message once, by e-mail or to a webhook, and tells what came of it; never throws for what others do. */
export async function sendNotification(deps: SenderDeps, to: To, sending: Sending): Promise<AttemptResult> {
  const now = new Date();
  const began = performance.now();
  const result =
    to.kind === 'email' ? await mailed(deps, to, sending) : await postMessage(deps, to, { ...sending, now });
  return { at: now.toISOString(), millis: Math.round(performance.now() - began), ...result };
}

async function mailed(deps: SenderDeps, to: To, { deliveryId, message, left }: Sending) {
  try {
    const recipients = left ?? recipientsIn(openAddress(deps.secretBox, to));
    return await sendEmail(deps, { recipients, deliveryId, message });
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error;
    const words = `${error.message}. Give the notification its recipients anew.`;
    return { ok: false, status: null, error: words };
  }
}

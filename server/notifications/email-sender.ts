import type { AttemptResult } from '@/db/schema/notify';
import { emailOf } from './email-message';
import { mailProblem, mailTransport, saidBy } from './mail-server';
import type { MailSettings } from './mail-settings';
import type { Message } from './message';

export interface EmailDeps {
  /** Absent: the environment names no mail server. */
  mail?: MailSettings | undefined;
  publicUrl: URL;
  timeoutMillis: number;
}

export const NO_MAIL_SERVER =
  'No mail server is set up. Set SWITCHYARD_SMTP_URL and SWITCHYARD_SMTP_FROM and restart.';

interface EmailTo {
  recipients: readonly string[];
  deliveryId: string;
  message: Message;
}

type Outcome = Omit<AttemptResult, 'at' | 'millis'>;

/**
 * Sends a message by e-mail once and tells what came of it; never throws for what the mail server or the network does.
 * Whom the server may take later is named in `left`: the next attempt is for them alone.
 */
export async function sendEmail(deps: EmailDeps, to: EmailTo): Promise<Outcome> {
  const { mail, publicUrl, timeoutMillis } = deps;
  if (!mail)
    return {
      ...{ ok: false, status: null },
      error: NO_MAIL_SERVER,
    };
  const transport = mailTransport(mail, timeoutMillis);
  const recipients = [...to.recipients];
  try {
    const sent = await transport.sendMail({
      from: mail.from,
      to: recipients.map((address) => ({ name: '', address })),
      envelope: { from: mail.from.address, to: recipients },
      // The same in every attempt, so that a mailbox can tell a second one.
      messageId: `<${to.deliveryId}@${mail.from.address.split('@').at(-1)}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...emailOf(to.message, publicUrl),
      signal: AbortSignal.timeout(timeoutMillis),
    });
    return partly(mail, sent.rejectedErrors ?? []) ?? { ok: true, status: 250, error: null };
  } catch (error) {
    const { final, ...told } = mailProblem(mail, error, timeoutMillis);
    // Of several that were all refused, some may be taken later.
    const each = partly(mail, (error as { rejectedErrors?: Refusal[] } | null)?.rejectedErrors ?? []);
    if (each?.left) return each;
    return { ok: false, ...told, ...(final && { final }) };
  } finally {
    transport.close();
  }
}

interface Refusal {
  recipient?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
}

/** What it comes to that some were refused; null when none was. */
function partly(mail: MailSettings, refusals: readonly Refusal[]): Outcome | null {
  const [first] = refusals;
  if (!first) return null;
  const later = refusals.filter(({ responseCode = 0 }) => responseCode < 500);
  const whom = (some: readonly Refusal[]) => some.map(({ recipient = '?' }) => recipient).join(', ');
  const status = first.responseCode ?? null;
  const said = saidBy(mail, first.response);
  if (later.length === 0)
    return { ok: true, status, error: `The mail server took it, but not for ${whom(refusals)}: ${said}` };
  const left = later.flatMap(({ recipient }) => recipient ?? []);
  return {
    ok: false,
    status,
    error: `The mail server does not take it yet for ${whom(later)}: ${said}`,
    left,
  };
}

import { createTransport } from 'nodemailer';
import { isThisMachine, type MailServer } from './mail-settings';
import { saidIn } from './said';

/** Makes the way to the mail server; whatever a message names is neither read from disk nor fetched. */
export function mailTransport(server: MailServer, timeoutMillis: number) {
  const { host, port, secure, auth } = server;
  return createTransport({
    ...{ host, port, secure },
    ...(auth && { auth }),
    // A password is never sent in clear, except to this machine.
    requireTLS: auth !== undefined && !isThisMachine(host),
    ...{ connectionTimeout: timeoutMillis, greetingTimeout: timeoutMillis, socketTimeout: timeoutMillis },
    ...{ dnsTimeout: timeoutMillis, socketCloseTimeout: 0, maxResponseSize: 64 * 1024 },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
}

/** What the mail library throws. */
interface MailError {
  code?: unknown;
  responseCode?: unknown;
  response?: unknown;
}

/** What the server said, without what nobody may see. */
export const saidBy = ({ auth }: MailServer, response: unknown): string =>
  saidIn(typeof response === 'string' ? response : 'nothing', auth ? [auth.pass] : []);

/** Why a message did not leave, in words, and whether another attempt can change that. */
export function mailProblem(
  server: MailServer,
  error: unknown,
  timeoutMillis: number,
): { error: string; status: number | null; final: boolean } {
  const { code, responseCode, response } = (error ?? {}) as MailError;
  const status = typeof responseCode === 'number' ? responseCode : null;
  const said = saidBy(server, response);
  const told = (words: string, final = false) => ({ error: words, status, final });
  const refused = status !== null && status >= 500;
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return told(`The mail server refused the user name or password: ${said}`);
    case 'ETLS':
    case 'EREQUIRETLS':
      return told('The mail server offers no encryption, without which no password is sent.');
    case 'EENVELOPE':
      return told(`The mail server does not take mail for or from these addresses: ${said}`, refused);
    case 'EMESSAGE':
      return told(`The mail server refused the message: ${said}`, refused);
    case 'ETIMEDOUT':
    case 'EABORT':
      return told(`The mail server gave no answer within ${timeoutMillis / 1000} s.`);
    default: {
      const cause = reasonOf(error);
      const message = error instanceof Error ? error.message : '';
      if (/certificate|SSL|TLS/.test(`${cause} ${message}`))
        return told(`No encryption came about with the mail server: ${saidBy(server, message)}.`);
      return status === null
        ? told(`The mail server could not be reached (${cause}).`)
        : told(`The mail server answered ${said}`);
    }
  }
}

/** The code that the network gave, which the library keeps within its own error. */
function reasonOf(error: unknown): string {
  const parts = [error, (error as { cause?: unknown } | null)?.cause].map(
    (one) => (one as MailError | null)?.code,
  );
  const message = error instanceof Error ? error.message : '';
  const named = /\b(E[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+)\b/.exec(message)?.[0];
  const found = [parts[1], named, parts[0]].find((one) => typeof one === 'string');
  return typeof found === 'string' ? found : 'unknown error';
}

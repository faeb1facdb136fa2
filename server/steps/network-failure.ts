import { AssertionError } from 'node:assert';
import { errors } from 'undici';
import type { ErrorType } from '@/domain/failure';
import { TargetRefused } from '@/server/security/target-guard';

interface NetworkFailure {
  errorType: ErrorType;
  code: string;
  message: string;
  retryable: boolean;
}

/**
 * What a failed connection means, in words that follow the name of who was to be reached; `begun`: its answer had begun.
 */
export function networkFailure(error: unknown, begun = false): NetworkFailure {
  const refused = error instanceof Error && error.cause instanceof TargetRefused ? error.cause : error;
  if (refused instanceof TargetRefused)
    return { errorType: 'VALIDATION', code: 'TARGET_REFUSED', message: refused.message, retryable: false };
  if (isNoHttp(error))
    return { errorType: 'NETWORK', code: 'NOT_HTTP', message: notHttp(error), retryable: true };
  const said = error instanceof Error ? /^Proxy response \((\d+)\)/.exec(error.message)?.[1] : undefined;
  if (said !== undefined)
    return {
      errorType: 'NETWORK',
      code: 'PROXY',
      message: `cannot be reached: its proxy answered ${said}`,
      retryable: true,
    };
  const code = (error as { code?: string }).code ?? 'NETWORK';
  if (code === 'UND_ERR_SOCKET' && (error as Error).message === 'bad response')
    return { errorType: 'NETWORK', code: 'NOT_HTTP', message: UNASKED, retryable: true };
  if (begun && WORDS[code] === CUT)
    return {
      errorType: 'NETWORK',
      code,
      message: 'cut the connection in the middle of its answer',
      retryable: true,
    };
  const message = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  if (!CERTIFICATE.test(code)) return { errorType: 'NETWORK', code, message, retryable: true };
  const told = `shows a certificate that is not trusted (${message}); if it is right, give its authority as caPem`;
  return { errorType: 'NETWORK', code, message: told, retryable: false };
}

/** The client could make nothing of the answer: its parser refused it, or it met what its own code holds impossible. */
const isNoHttp = (error: unknown): error is Error =>
  error instanceof errors.HTTPParserError || error instanceof AssertionError;

/** An assertion speaks of the client's code, which tells an operator nothing; the parser's words do. */
function notHttp(error: Error): string {
  const detail = error instanceof AssertionError ? 'a status that a client must not get' : error.message;
  return `answered something that is not HTTP/1.1 (${detail})`;
}

/** The client ends the connection at such an answer. */
const UNASKED = 'answered before it was asked';

/** No answer in time, or not all of it. */
export function timeoutFailure(timeoutMillis: number, begun = false): NetworkFailure {
  const message = begun
    ? `did not end its answer within ${timeoutMillis} ms`
    : `gave no answer within ${timeoutMillis} ms`;
  return { errorType: 'TIMEOUT', code: 'TIMEOUT', message, retryable: true };
}

const CUT = 'cut the connection before it answered';

const WANTS_ONE =
  'wants to see a certificate that it knows: give one as tls.certPem and tls.keyPem, signed by an authority it trusts';

const WORDS: Record<string, string> = {
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: WANTS_ONE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: WANTS_ONE,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: WANTS_ONE,
  ECONNREFUSED: 'refused the connection: nothing listens there',
  ECONNRESET: CUT,
  UND_ERR_SOCKET: CUT,
  ENOTFOUND: 'is not known to the name service',
  EAI_AGAIN: 'cannot be looked up: the name service gives no answer',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'sent more than 1 MiB',
  UND_ERR_HEADERS_OVERFLOW: 'sent more than 16 KiB of headers',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'sent a body of another length than its content-length says',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS there: is the address http?',
};

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

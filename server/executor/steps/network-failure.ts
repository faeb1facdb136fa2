import type { ErrorType } from '@/server/domain/events';
import { TargetRefused } from '@/server/security/target-guard';

interface NetworkFailure {
  errorType: ErrorType;
  code: string;
  message: string;
  retryable: boolean;
}

/** What a failed connection means, in words that follow the name of who was to be reached. */
export function networkFailure(error: unknown): NetworkFailure {
  const refused = error instanceof Error && error.cause instanceof TargetRefused ? error.cause : error;
  if (refused instanceof TargetRefused)
    return { errorType: 'VALIDATION', code: 'TARGET_REFUSED', message: refused.message, retryable: false };
  const code = (error as { code?: string }).code ?? 'NETWORK';
  const message = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  if (!CERTIFICATE.test(code)) return { errorType: 'NETWORK', code, message, retryable: true };
  const told = `shows a certificate that is not trusted (${message}); if it is right, give its authority as caPem`;
  return { errorType: 'NETWORK', code, message: told, retryable: false };
}

/** No answer in time. */
export function timeoutFailure(timeoutMillis: number): NetworkFailure {
  const message = `gave no answer within ${timeoutMillis} ms`;
  return { errorType: 'TIMEOUT', code: 'TIMEOUT', message, retryable: true };
}

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: nothing listens there',
  ECONNRESET: 'cut the connection before it answered',
  UND_ERR_SOCKET: 'cut the connection before it answered',
  ENOTFOUND: 'is not known to the name service',
  EAI_AGAIN: 'cannot be looked up: the name service gives no answer',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'sent more than 1 MiB',
};

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

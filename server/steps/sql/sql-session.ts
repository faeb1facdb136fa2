import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { ErrorType } from '@/domain/failure';

/** What a statement came to: rows by column, as text, and how many were found or changed (null: it does not say). */
export interface SqlResult {
  columns: readonly string[];
  rows: readonly (readonly (string | null)[])[];
  count: number | null;
}

/** One connection, with one statement at a time. */
export interface SqlSession {
  /** A transaction has begun and not ended, as far as the database says. */
  readonly isOpen: boolean;
  /** Rejects with {@link SqlRefused} when the database says no, with anything else when no answer came. */
  run(sql: string, params: readonly SqlParam[]): Promise<SqlResult>;
}

export type SqlParam = string | number | boolean | null;

/** What it takes to open one. */
export interface SqlLogin {
  /** Connected, and closed by whoever opened it. */
  socket: Socket;
  host: string;
  username: string;
  password: string;
  database: string;
  /** How it is encrypted; null: not at all. */
  tls: ConnectionOptions | null;
  /** What takes longer the server is to give up as well. */
  timeoutMillis: number;
}

/** The database answered, and did not do it. */
export class SqlRefused extends Error {
  override readonly name = 'SqlRefused';
  constructor(
    /** SQLSTATE, or the number of the error. */
    readonly code: string,
    message: string,
    readonly kind: 'refused' | 'passes' | 'tookTooLong',
  ) {
    super(message);
  }

  /** In words that follow the name of who was asked. */
  get told(): { errorType: ErrorType; code: string; message: string; retryable: boolean } {
    const { code, kind, message } = this;
    if (kind === 'passes')
      return {
        errorType: 'SERVICE_UNAVAILABLE',
        code,
        message: `cannot take it now: ${message}`,
        retryable: true,
      };
    if (kind === 'tookTooLong')
      return {
        errorType: 'TIMEOUT',
        code,
        message: `gave it up after the time it had: ${message}`,
        retryable: true,
      };
    return { errorType: 'BUSINESS', code, message: `refused it: ${message}`, retryable: false };
  }
}

/** What came is not what a database says: whether it did anything nobody knows. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
  constructor(detail: string) {
    super(`answered something that cannot be made out: ${detail}`);
  }
}

/** It was to be encrypted, and the server does not do that. */
export class NoTls extends Error {
  override readonly name = 'NoTls';
  readonly code = 'NO_TLS';
  constructor() {
    super('does not encrypt its connections, and the step asks for it with tls or caPem');
  }
}

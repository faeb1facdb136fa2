import type { ErrorType } from '@/domain/failure';
import type { RawAnswer } from './raw-answer';
import type { Values } from './request-scope';
import type { CallRecord } from './task-runtime-context';

/** What came of one request. Messages follow the name of who was asked: "answered 500, expected 2xx". */
export type Answer =
  | { ok: true; status: number; raw: RawAnswer; values: Values; record: CallRecord }
  | {
      ok: false;
      errorType: ErrorType;
      code: string;
      message: string;
      retryable: boolean;
      /** The status, when there was an answer. */
      status: number | null;
      /** Where it was sent, as it is. */
      address?: string;
      /** Where a redirect leads. */
      location?: string | null;
      /** How long the target asks to be left alone. */
      retryAfterMillis?: number | null;
      /** No answer came, but the request may have arrived and have been carried out. */
      lost: boolean;
      /** The answer is as expected, but what is waited for is not there yet. */
      notYet?: boolean;
      /** The answer could not be read for what is expected of it: it may be as expected all the same. */
      unread?: boolean;
      /** The playbook says that this answer is worth another try, of the call or of all calls of its step. */
      again?: boolean;
      anew?: boolean;
      record: CallRecord;
    };

export type GoodAnswer = Extract<Answer, { ok: true }>;
export type FailedAnswer = Extract<Answer, { ok: false }>;

import { AsyncLocalStorage } from 'node:async_hooks';
import type { SsoRefusal } from '@/domain/sso-refusal';
import type { Admitted } from './claims';

/** One answer of the provider while the sign-in library deals with it: what our own checks found goes along. */
export interface Attempt {
  refused?: { why: SsoRefusal; email: string };
  admitted?: Admitted & { name: string };
  /** What is kept of the tokens. */
  kept?: Kept;
  /** What was made on the way. */
  joined?: boolean;
  linked?: boolean;
  session?: { id: string; userId: string };
}

/** What the provider is asked again with, and told whose session it was. */
export interface Kept {
  refreshToken?: string | undefined;
  idToken?: string | undefined;
}

const attempts = new AsyncLocalStorage<Attempt>();

/** Runs what belongs to one answer of the provider. */
export const attempting = <T>(attempt: Attempt, run: () => Promise<T>): Promise<T> =>
  attempts.run(attempt, run);

/** The answer that is dealt with now, if it is one of the provider. */
export const currentAttempt = (): Attempt | undefined => attempts.getStore();

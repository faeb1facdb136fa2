import { useTranslations } from 'use-intl';
import type { AccountAnswer } from '@/components/session/account-api';
import { useSecondFactorRefusal } from './second-factor-refusal';

/** What is said to each refusal of a browser or of the server. */
const WORDS = {
  CANCELLED: 'cancelled',
  UNSUPPORTED: 'unsupported',
  PASSKEY_KNOWN: 'known',
  FAILED_TO_VERIFY_REGISTRATION: 'notVerified',
  CHALLENGE_NOT_FOUND: 'notVerified',
  NOT_VERIFIED: 'holder',
  LAST_SECOND_FACTOR: 'last',
  TOO_MANY: 'tooMany',
  PASSKEY_NOT_FOUND: 'gone',
} as const;

/** Says why no passkey was added, removed or used. */
export function usePasskeyRefusal(): (answer: Extract<AccountAnswer, { ok: false }>) => string {
  const t = useTranslations('secondFactor.passkeys');
  const otherwise = useSecondFactorRefusal();
  return (answer) => {
    const code = Object.keys(WORDS).find((known): known is keyof typeof WORDS => known === answer.code);
    return code ? t(WORDS[code]) : otherwise(answer);
  };
}

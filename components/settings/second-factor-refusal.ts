import { useTranslations } from 'use-intl';
import type { AccountAnswer } from '@/components/session/account-api';
import { useAccountRefusal } from './account-refusal';

/** Says why nothing of the second factor was changed. */
export function useSecondFactorRefusal(): (answer: Extract<AccountAnswer, { ok: false }>) => string {
  const t = useTranslations('secondFactor');
  const profile = useTranslations('settings.profile');
  const otherwise = useAccountRefusal();
  return (answer) => {
    switch (answer.code) {
      case 'INVALID_PASSWORD':
        return profile('passwordWrong');
      case 'INVALID_CODE':
        return t('wrongCode');
      case 'CODE_USED':
        return t('usedCode');
      default:
        return otherwise(answer);
    }
  };
}

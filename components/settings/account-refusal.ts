import { useTranslations } from 'use-intl';
import type { AccountAnswer } from '@/components/session/account-api';

type Refused = Extract<AccountAnswer, { ok: false }>;

/** Says why something of one's own account was not changed. */
export function useAccountRefusal(): (answer: Refused) => string {
  const t = useTranslations('settings.profile');
  return ({ status }) => {
    if (status === null) return t('unreachable');
    return status === 429 ? t('limited') : t('failed', { status: String(status) });
  };
}

'use client';

import { useMemo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { Locale } from '@/components/i18n/locale';
import { formatEstimate } from '@/components/ui/duration';

/** What the words of an action are made with. */
export interface ActionWords {
  t: ReturnType<typeof useTranslations<'actions'>>;
  locale: Locale;
}

export function useActionWords(): ActionWords {
  const t = useTranslations('actions');
  const locale = useLocale();
  return useMemo(() => ({ t, locale }), [t, locale]);
}

/** ", about 6 min", or nothing where nobody can tell. */
export function aboutTime({ t, locale }: ActionWords, millis: number | null): string {
  return millis === null ? '' : t('about', { time: formatEstimate(millis, locale) });
}

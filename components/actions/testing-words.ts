import { createTranslator } from 'use-intl';
import { messagesFor } from '@/components/i18n/catalogue';
import type { Locale } from '@/components/i18n/locale';
import type { ActionWords } from './action-words';

/** The words of actions in a language; a missing one, or one that cannot be made, throws. */
export function wordsIn(locale: Locale): ActionWords {
  const t = createTranslator({
    locale,
    messages: messagesFor(locale),
    namespace: 'actions',
    onError: (error) => {
      throw error;
    },
  });
  return { t, locale };
}

'use client';

import { useRouter } from 'next/navigation';
import { useLocale } from 'use-intl';
import { LANGUAGE_NAMES } from '@/components/i18n/language-names';
import { LOCALES } from '@/components/i18n/locale';
import { rememberLocale } from '@/components/session/preferences';
import classes from './language-links.module.css';

/** Changes the language before anyone is signed in. */
export function LanguageLinks() {
  const current = useLocale();
  const router = useRouter();
  return (
    <span className={classes.links}>
      {LOCALES.map((locale) => (
        <button
          key={locale}
          type="button"
          lang={locale}
          className={classes.link}
          aria-pressed={locale === current}
          onClick={() => {
            rememberLocale(locale);
            router.refresh();
          }}
        >
          {LANGUAGE_NAMES[locale]}
        </button>
      ))}
    </span>
  );
}

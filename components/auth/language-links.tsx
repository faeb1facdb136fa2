'use client';

import { useRouter } from 'next/navigation';
import { useLocale } from 'use-intl';
import { LOCALES, type Locale } from '@/components/i18n/locale';
import { rememberLocale } from '@/components/session/preferences';
import classes from './language-links.module.css';

const NAMES: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' };

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
          {NAMES[locale]}
        </button>
      ))}
    </span>
  );
}

'use client';

import { useTranslations } from 'use-intl';
import classes from './shell.module.css';

/** Lets keyboard users pass the navigation by. */
export function SkipLink() {
  const t = useTranslations('shell');
  return (
    <a href="#content" className={classes.skip}>
      {t('skip')}
    </a>
  );
}

'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { PLACE_NAMES, PLACES } from './places';
import classes from './shell.module.css';

/** The places of the console: a column at the left, a bar at the bottom of a phone. */
export function Navigation() {
  const t = useTranslations('shell');
  const path = usePathname();
  return (
    <nav className={classes.nav} aria-label={t('navigation')}>
      {PLACE_NAMES.map((name) => {
        const { href, Icon } = PLACES[name];
        const here = path === href || (href !== '/' && path.startsWith(`${href}/`));
        return (
          <Link key={href} href={href} className={classes.place} aria-current={here ? 'page' : undefined}>
            <Icon size={17} strokeWidth={1.9} aria-hidden="true" />
            <span>{t(`nav.${name}`)}</span>
          </Link>
        );
      })}
    </nav>
  );
}

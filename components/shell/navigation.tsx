'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { useLimits } from '@/components/session/role';
import { PLACES, placesFor } from './places';
import classes from './shell.module.css';
import { useAttention } from './use-attention';

const MOST_SHOWN = 999;

/** The places of the console: a column at the left, a bar at the bottom of a phone. */
export function Navigation() {
  const t = useTranslations('shell');
  const badge = useTranslations('fleet.badge');
  const path = usePathname();
  const attention = useAttention();
  return (
    <nav className={classes.nav} aria-label={t('navigation')}>
      {placesFor(useLimits() !== null).map((name) => {
        const { href, Icon } = PLACES[name];
        const waits = attention[name];
        const here = path === href || (href !== '/' && path.startsWith(`${href}/`));
        return (
          <Link key={href} href={href} className={classes.place} aria-current={here ? 'page' : undefined}>
            <Icon size={17} strokeWidth={1.9} aria-hidden="true" />
            <span>{t(`nav.${name}`)}</span>
            {waits && (
              <span className={classes.badge} data-kind={waits.kind}>
                <span aria-hidden="true">{waits.count > MOST_SHOWN ? `${MOST_SHOWN}+` : waits.count}</span>
                <span className={classes.unseen}>, {badge(waits.kind, { count: waits.count })}</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}

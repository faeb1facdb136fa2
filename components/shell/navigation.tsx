'use client';

import {
  Boxes,
  Building2,
  Cpu,
  ListChecks,
  type LucideIcon,
  Route,
  ScrollText,
  Settings,
} from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'use-intl';
import classes from './shell.module.css';

const PLACES = [
  { href: '/plans', name: 'plans', Icon: Route },
  { href: '/tenants', name: 'tenants', Icon: Building2 },
  { href: '/versions', name: 'versions', Icon: Boxes },
  { href: '/playbooks', name: 'playbooks', Icon: ListChecks },
  { href: '/executor', name: 'executor', Icon: Cpu },
  { href: '/audit', name: 'audit', Icon: ScrollText },
  { href: '/settings', name: 'settings', Icon: Settings },
] as const satisfies { href: string; name: string; Icon: LucideIcon }[];

/** The places of the console: a column at the left, a bar at the bottom of a phone. */
export function Navigation() {
  const t = useTranslations('shell');
  const path = usePathname();
  return (
    <nav className={classes.nav} aria-label={t('navigation')}>
      {PLACES.map(({ href, name, Icon }) => {
        const here = path === href || path.startsWith(`${href}/`);
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

'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { PageHeader } from '@/components/ui/page-header';
import classes from './settings.module.css';

const TABS = [
  'profile',
  'members',
  'api-keys',
  'share-links',
  'defaults',
  'freezes',
  'notifications',
] as const;

/** The head of the settings, and their parts, each with an address of its own. */
export function SettingsTabs() {
  const t = useTranslations('settings');
  const path = usePathname();
  return (
    <>
      <PageHeader title={t('title')} />
      <nav className={classes.tabs} aria-label={t('title')}>
        {TABS.map((slug) => (
          <Link
            key={slug}
            href={`/settings/${slug}`}
            className={classes.tab}
            aria-current={path === `/settings/${slug}` ? 'page' : undefined}
          >
            {t(`tabs.${slug}`)}
          </Link>
        ))}
      </nav>
    </>
  );
}

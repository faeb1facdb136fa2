'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import classes from './settings.module.css';

const TABS = [
  ['profile', 'Profile'],
  ['members', 'Members'],
  ['api-keys', 'API keys'],
  ['share-links', 'Share links'],
  ['defaults', 'Defaults'],
  ['freezes', 'Freezes'],
  ['notifications', 'Notifications'],
] as const;

/** The parts of the settings, each with an address of its own. */
export function SettingsTabs() {
  const path = usePathname();
  return (
    <nav className={classes.tabs} aria-label="Settings">
      {TABS.map(([slug, name]) => (
        <Link
          key={slug}
          href={`/settings/${slug}`}
          className={classes.tab}
          aria-current={path === `/settings/${slug}` ? 'page' : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}

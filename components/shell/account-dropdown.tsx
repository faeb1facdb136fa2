'use client';

import { Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { LogOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { DisplayChoices } from '@/components/session/display-choices';
import type { Zone } from '@/components/session/preferences';
import { inWords } from '@/domain/limited-to';
import { AccountButton, type Viewer } from './account-button';
import classes from './account-menu.module.css';

/** The button of the person with what it opens: their preferences, and the way out. Open from the start: it comes with the first click. */
export function AccountDropdown({ viewer, zone, version }: { viewer: Viewer; zone: Zone; version: string }) {
  const t = useTranslations('shell');
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // It took the place of the one that was clicked, and the focus comes back to it.
    button.current?.focus({ preventScroll: true });
    setOpened(true);
  }, []);

  async function signOut() {
    const left = await fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).catch(() => null);
    // A full load, so that nothing of this person stays in memory; by the provider, where they came from there.
    if (left?.ok) location.assign(await afterwards(left));
    else notifications.show({ message: t('signOutFailed'), color: 'red' });
  }

  return (
    <Menu
      width={272}
      position="top-start"
      closeOnItemClick={false}
      trapFocus
      returnFocus
      opened={opened}
      onChange={setOpened}
    >
      <Menu.Target>
        <AccountButton viewer={viewer} ref={button} />
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.identity}>
          <span className={classes.name}>{viewer.name}</span>
          {viewer.email && <span className={classes.role}>{viewer.email}</span>}
          {viewer.limitedTo && (
            <span className={classes.role}>{t('forTenants', { labels: inWords(viewer.limitedTo) })}</span>
          )}
        </div>
        <Menu.Divider />
        <DisplayChoices
          zone={zone}
          look={{ size: 'xs', choice: classes.choice, label: classes.choiceLabel }}
        />
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} aria-hidden="true" />} onClick={signOut}>
          {t('signOut')}
        </Menu.Item>
        <div className={classes.version}>Switchyard {version}</div>
      </Menu.Dropdown>
    </Menu>
  );
}

async function afterwards(left: Response): Promise<string> {
  const { url } = ((await left.json().catch(() => null)) ?? {}) as { url?: unknown };
  return typeof url === 'string' && /^https?:/i.test(url) ? url : '/login';
}

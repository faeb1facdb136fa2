'use client';

import { Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { LogOut } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useId, useRef, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { LANGUAGE_NAMES } from '@/components/i18n/language-names';
import { LOCALES, type Locale } from '@/components/i18n/locale';
import {
  rememberLocale,
  rememberZone,
  THEMES,
  type Theme,
  ZONES,
  type Zone,
} from '@/components/session/preferences';
import { AccountButton, type Viewer } from './account-button';
import classes from './account-menu.module.css';

/** The button of the person with what it opens: their preferences, and the way out. Open from the start: it comes with the first click. */
export function AccountDropdown({ viewer, zone }: { viewer: Viewer; zone: Zone }) {
  const t = useTranslations('shell');
  const locale = useLocale();
  const router = useRouter();
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // It took the place of the one that was clicked, and the focus comes back to it.
    button.current?.focus({ preventScroll: true });
    setOpened(true);
  }, []);
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  async function signOut() {
    const left = await fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).catch(() => null);
    // A full load, so that nothing of this person stays in memory.
    if (left?.ok) location.assign('/login');
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
        </div>
        <Menu.Divider />
        <Choice<Theme>
          label={t('theme')}
          value={colorScheme}
          options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
          onChange={setColorScheme}
        />
        <Choice<Locale>
          label={t('language')}
          value={locale}
          options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          onChange={(value) => {
            rememberLocale(value);
            router.refresh();
          }}
        />
        <Choice<Zone>
          label={t('zone')}
          value={zone}
          options={ZONES.map((value) => ({ value, label: t(`zones.${value}`) }))}
          onChange={(value) => {
            rememberZone(value);
            router.refresh();
          }}
        />
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} aria-hidden="true" />} onClick={signOut}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className={classes.choice}>
      <span id={id} className={classes.choiceLabel}>
        {props.label}
      </span>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-labelledby={id}
        value={props.value}
        data={props.options}
        onChange={(value) => props.onChange(value as T)}
      />
    </div>
  );
}

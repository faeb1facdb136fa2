'use client';

import { Avatar, Menu, SegmentedControl, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ChevronsUpDown, LogOut } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useId } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { LOCALES, type Locale } from '@/components/i18n/locale';
import {
  rememberLocale,
  rememberZone,
  THEMES,
  type Theme,
  ZONES,
  type Zone,
} from '@/components/session/preferences';
import classes from './account-menu.module.css';
import { LANGUAGE_NAMES } from './language-names';

/** Who is signed in, as far as the screen needs to know. */
export type Viewer = { name: string; email?: string; role: 'viewer' | 'operator' | 'admin' };

/** The person, their preferences, and the way out. */
export function AccountMenu({ viewer, zone }: { viewer: Viewer; zone: Zone }) {
  const t = useTranslations('shell');
  const locale = useLocale();
  const router = useRouter();
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
    <Menu width={272} position="top-start" closeOnItemClick={false} trapFocus returnFocus>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <Avatar size={28} radius="xl" name={viewer.name} color="slate" aria-hidden="true" />
          <span className={classes.who}>
            <span className={classes.name}>{viewer.name}</span>
            <span className={classes.role}>{t(`roles.${viewer.role}`)}</span>
          </span>
          <ChevronsUpDown size={14} aria-hidden="true" className={classes.chevron} />
        </UnstyledButton>
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

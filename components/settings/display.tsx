'use client';

import { SegmentedControl, Stack, Switch, useMantineColorScheme } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useId } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { LANGUAGE_NAMES } from '@/components/i18n/language-names';
import { LOCALES } from '@/components/i18n/locale';
import { rememberLocale, rememberZone, THEMES, ZONES, type Zone } from '@/components/session/preferences';
import { rememberShortcuts, useShortcutsEnabled } from '@/components/session/shortcuts';
import { Section } from '@/components/table/section';
import classes from './settings.module.css';

/** How this browser shows the console, and what its keys do. */
export function Display({ zone }: { zone: Zone }) {
  const t = useTranslations('settings.profile');
  const words = useTranslations('shell');
  const keys = useTranslations('palette.keys');
  const locale = useLocale();
  const router = useRouter();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const shortcuts = useShortcutsEnabled();
  return (
    <>
      <Section title={t('display')} about={t('displayAbout')}>
        <Stack gap="sm">
          <Choice
            label={words('language')}
            value={locale}
            options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            onChange={(value) => {
              rememberLocale(value);
              router.refresh();
            }}
          />
          <Choice
            label={words('zone')}
            value={zone}
            options={ZONES.map((value) => ({ value, label: words(`zones.${value}`) }))}
            onChange={(value) => {
              rememberZone(value);
              router.refresh();
            }}
          />
          <Choice
            label={words('theme')}
            value={colorScheme}
            options={THEMES.map((value) => ({ value, label: words(`themes.${value}`) }))}
            onChange={setColorScheme}
          />
        </Stack>
      </Section>
      <Section title={t('keyboard')}>
        <Switch
          label={keys('on')}
          description={keys('onHint')}
          checked={shortcuts}
          onChange={(event) => rememberShortcuts(event.currentTarget.checked)}
        />
      </Section>
    </>
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
      <span id={id}>{props.label}</span>
      <SegmentedControl
        size="sm"
        aria-labelledby={id}
        value={props.value}
        data={props.options}
        onChange={(value) => props.onChange(value as T)}
      />
    </div>
  );
}

'use client';

import { Stack, Switch } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { DisplayChoices } from '@/components/session/display-choices';
import type { Zone } from '@/components/session/preferences';
import { rememberShortcuts, useShortcutsEnabled } from '@/components/session/shortcuts';
import { Section } from '@/components/table/section';
import classes from './settings.module.css';

/** How this browser shows the console, and what its keys do. */
export function Display({ zone }: { zone: Zone }) {
  const t = useTranslations('settings.profile');
  const keys = useTranslations('palette.keys');
  const shortcuts = useShortcutsEnabled();
  return (
    <>
      <Section title={t('display')} about={t('displayAbout')}>
        <Stack gap="sm">
          <DisplayChoices zone={zone} look={{ size: 'sm', choice: classes.choice }} />
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

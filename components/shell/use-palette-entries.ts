'use client';

import { useMantineColorScheme } from '@mantine/core';
import { Clock, Keyboard, Languages, Plus, SunMoon } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'use-intl';
import type { ListedAction } from '@/components/actions/screen-actions';
import { LANGUAGE_NAMES } from '@/components/i18n/language-names';
import { LOCALES } from '@/components/i18n/locale';
import { rememberLocale, rememberZone, THEMES, ZONES } from '@/components/session/preferences';
import { useLimits, useRoleRefusal } from '@/components/session/role';
import { GO_TO } from './go-to';
import type { Entry, Group } from './palette-entries';
import { PLACES, placesFor } from './places';

/** What the palette has before anything is searched: actions of the screen, places, and what a person chooses for themselves. */
export function usePaletteEntries(actions: readonly ListedAction[], onHelp: () => void): Group[] {
  const t = useTranslations('palette');
  const shell = useTranslations('shell');
  const router = useRouter();
  const locale = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const mayNotCreate = useRoleRefusal();
  const plain = { key: null, refusal: null } as const;
  const places = placesFor(useLimits() !== null).map((name): Entry => {
    const { href, Icon } = PLACES[name];
    const key = Object.entries(GO_TO).find(([, place]) => place === name)?.[0] ?? null;
    return { id: href, label: shell(`nav.${name}`), Icon, key, refusal: null, run: () => router.push(href) };
  });
  const create: Entry = {
    id: 'create',
    label: t('create'),
    Icon: Plus,
    key: 'c',
    refusal: mayNotCreate,
    run: () => router.push('/plans/new'),
  };
  const languages = LOCALES.filter((one) => one !== locale).map(
    (one): Entry => ({
      ...plain,
      id: `language-${one}`,
      label: t('language', { name: LANGUAGE_NAMES[one] }),
      Icon: Languages,
      run: () => {
        rememberLocale(one);
        router.refresh();
      },
    }),
  );
  const themes = THEMES.filter((one) => one !== colorScheme).map(
    (one): Entry => ({
      ...plain,
      id: `theme-${one}`,
      label: t('theme', { name: shell(`themes.${one}`) }),
      Icon: SunMoon,
      run: () => setColorScheme(one),
    }),
  );
  const zones = ZONES.map(
    (one): Entry => ({
      ...plain,
      id: `zone-${one}`,
      label: t('zone', { name: shell(`zones.${one}`) }),
      Icon: Clock,
      run: () => {
        rememberZone(one);
        router.refresh();
      },
    }),
  );
  const help: Entry = { ...plain, id: 'help', label: t('keys.title'), Icon: Keyboard, key: '?', run: onHelp };
  return [
    { name: 'actions', entries: [...actions] },
    { name: 'places', entries: [...places, create] },
    { name: 'more', entries: [help, ...languages, ...themes, ...zones] },
  ];
}

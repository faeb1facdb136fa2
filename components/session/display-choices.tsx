'use client';

import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useId } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { LANGUAGE_NAMES } from '@/components/i18n/language-names';
import { LOCALES } from '@/components/i18n/locale';
import { rememberLocale, rememberZone, THEMES, ZONES, type Zone } from './preferences';

/** How one choice is laid out. */
interface Look {
  size: 'xs' | 'sm';
  choice: string | undefined;
  label?: string | undefined;
}

/** What this browser remembers of how it shows the console: theme, language and zone. */
export function DisplayChoices({ zone, look }: { zone: Zone; look: Look }) {
  const t = useTranslations('shell');
  const locale = useLocale();
  const router = useRouter();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Choice
        look={look}
        label={t('theme')}
        value={colorScheme}
        options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
        onChange={setColorScheme}
      />
      <Choice
        look={look}
        label={t('language')}
        value={locale}
        options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        onChange={(value) => {
          rememberLocale(value);
          router.refresh();
        }}
      />
      <Choice
        look={look}
        label={t('zone')}
        value={zone}
        options={ZONES.map((value) => ({ value, label: t(`zones.${value}`) }))}
        onChange={(value) => {
          rememberZone(value);
          router.refresh();
        }}
      />
    </>
  );
}

function Choice<T extends string>(props: {
  look: Look;
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  const { look, label, value, options, onChange } = props;
  const id = useId();
  return (
    <div className={look.choice}>
      <span id={id} className={look.label}>
        {label}
      </span>
      <SegmentedControl
        size={look.size}
        fullWidth={look.size === 'xs'}
        aria-labelledby={id}
        value={value}
        data={options}
        onChange={(chosen) => onChange(chosen as T)}
      />
    </div>
  );
}

'use client';

import { MultiSelect } from '@mantine/core';
import { useTranslations } from 'use-intl';
import classes from './label-filter.module.css';

/** Labels to choose from, as "region=eu". */
export function LabelChoice(props: {
  labels: Record<string, string[]> | undefined;
  value: string[];
  onChange: (value: string[]) => void;
  /** It came because somebody wants to choose. */
  opened: boolean;
}) {
  const t = useTranslations('table');
  const groups = Object.entries(props.labels ?? {}).map(([key, values]) => ({
    group: key,
    items: values.map((value) => ({ value: `${key}=${value}`, label: `${key}: ${value}` })),
  }));
  return (
    <MultiSelect
      className={classes.labels}
      aria-label={t('labels')}
      placeholder={props.value.length === 0 ? t('anyLabel') : undefined}
      data={groups}
      value={props.value}
      onChange={props.onChange}
      searchable
      clearable
      nothingFoundMessage={t('noLabel')}
      comboboxProps={{ withinPortal: true }}
      autoFocus={props.opened}
      defaultDropdownOpened={props.opened}
    />
  );
}

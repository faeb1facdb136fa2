'use client';

import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import classes from './label-filter.module.css';

/** Chosen labels as "region=eu". */
export function LabelFilter(props: { value: string[]; onChange: (value: string[]) => void }) {
  const trpc = useTRPC();
  const t = useTranslations('table');
  const labels = useQuery(trpc.tenants.labels.queryOptions());
  const groups = Object.entries(labels.data ?? {}).map(([key, values]) => ({
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
    />
  );
}

/** Chosen labels as the server takes them: one of the values for every key. */
export function labelsOf(chosen: readonly string[]): Record<string, string[]> | undefined {
  if (chosen.length === 0) return undefined;
  const labels = new Map<string, string[]>();
  for (const one of chosen) {
    const at = one.indexOf('=');
    const key = one.slice(0, at);
    labels.set(key, [...(labels.get(key) ?? []), one.slice(at + 1)]);
  }
  return Object.fromEntries(labels);
}

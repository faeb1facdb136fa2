'use client';

import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/components/api/client';
import classes from './tenant-table.module.css';

/** Chosen labels as "region=eu". */
export function LabelFilter(props: { value: string[]; onChange: (value: string[]) => void }) {
  const trpc = useTRPC();
  const labels = useQuery(trpc.tenants.labels.queryOptions());
  const groups = Object.entries(labels.data ?? {}).map(([key, values]) => ({
    group: key,
    items: values.map((value) => ({ value: `${key}=${value}`, label: `${key}: ${value}` })),
  }));
  return (
    <MultiSelect
      className={classes.labels}
      aria-label="Labels"
      placeholder={props.value.length === 0 ? 'Any label' : undefined}
      data={groups}
      value={props.value}
      onChange={props.onChange}
      searchable
      clearable
      nothingFoundMessage="No label like this"
      comboboxProps={{ withinPortal: true }}
    />
  );
}

/** Whether a tenant has one of the chosen values for every chosen key. */
export function hasLabels(labels: Record<string, string>, chosen: readonly string[]): boolean {
  const keys = new Set(chosen.map((one) => one.slice(0, one.indexOf('='))));
  return [...keys].every((key) => chosen.includes(`${key}=${labels[key] ?? ''}`));
}

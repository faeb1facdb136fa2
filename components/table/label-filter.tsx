'use client';

import { Input, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronsUpDown } from 'lucide-react';
import { type ComponentProps, type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import type { LabelChoice } from './label-choice';
import classes from './label-filter.module.css';

/** Chosen labels as "region=eu". The list to choose from comes when somebody goes there. */
export function LabelFilter(props: { value: string[]; onChange: (value: string[]) => void }) {
  const t = useTranslations('table');
  const trpc = useTRPC();
  const labels = useQuery(trpc.tenants.labels.queryOptions());
  const [Choice, setChoice] = useState<ComponentType<ComponentProps<typeof LabelChoice>> | null>(null);
  const [wanted, setWanted] = useState(false);
  const needed = wanted || props.value.length > 0;
  useEffect(() => {
    if (needed) void import('./label-choice').then((module) => setChoice(() => module.LabelChoice));
  }, [needed]);
  if (Choice) return <Choice {...props} labels={labels.data} opened={wanted} />;
  return (
    <TextInput
      className={classes.labels}
      aria-label={t('labels')}
      placeholder={t('anyLabel')}
      rightSection={<ChevronsUpDown size={14} aria-hidden="true" />}
      rightSectionPointerEvents="none"
      readOnly
      onFocus={() => setWanted(true)}
    />
  );
}

/** The same as a field of a form. A box of its own: the filter grows along a row, not down a form. */
export function LabelField(props: {
  label?: string;
  value: string[];
  onChange: (value: string[]) => void;
  error: ReactNode;
}) {
  const { label, error, ...filter } = props;
  return (
    <div>
      {label && <Input.Label>{label}</Input.Label>}
      <LabelFilter {...filter} />
      {error && (
        <Input.Error role="alert" mt={4}>
          {error}
        </Input.Error>
      )}
    </div>
  );
}

/** Chosen labels as the server takes them: one of the values for every key. */
export function labelsOf(chosen: readonly string[]): Record<string, string[]> | undefined {
  if (chosen.length === 0) return undefined;
  const labels = new Map<string, string[]>();
  for (const one of chosen) {
    const [key, value] = pairOf(one);
    labels.set(key, [...(labels.get(key) ?? []), value]);
  }
  return Object.fromEntries(labels);
}

/** A label that was chosen, taken apart. */
export function pairOf(label: string): [string, string] {
  const at = label.indexOf('=');
  return [label.slice(0, at), label.slice(at + 1)];
}

'use client';

import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './filters.module.css';

/** What a list is narrowed by, above it. */
export function Filters({ children }: { children: ReactNode }) {
  return <search className={classes.filters}>{children}</search>;
}

export function SearchField(props: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <TextInput
      className={classes.search}
      aria-label={props.label}
      placeholder={props.placeholder}
      leftSection={<Search size={15} aria-hidden="true" />}
      value={props.value}
      // As much as the server looks for.
      maxLength={200}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

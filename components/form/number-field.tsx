'use client';

import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { beyond } from './beyond';

interface Props extends Omit<NumberInputProps, 'clampBehavior'> {
  /** Told of numbers alone: what was there before comes back where the field is left empty. */
  onNumber?: (value: number) => void;
}

/** The input gives numbers of 14 digits and more as texts, which nobody would find beyond a limit. */
const isHuge = (typed: string | number) => /^-?\d{14,}$/.test(String(typed));

/**
 * A number within limits. What is beyond them is not made another number: it stays as it was typed, and the field says
 * what it takes; so does the server, to whoever sends it all the same.
 */
export function NumberField({ min, max, error, value, onChange, onNumber, onBlur, ...rest }: Props) {
  const t = useTranslations('form.limits');
  const [emptied, setEmptied] = useState(false);
  const limits = { min, max };
  const wrong = typeof value === 'number' && !emptied ? beyond(value, limits) : null;
  const told = wrong && t(wrong, { min: min ?? 0, max: max ?? 0 });
  return (
    <NumberInput
      clampBehavior="none"
      {...limits}
      value={emptied ? '' : value}
      error={error ?? told}
      onChange={(typed) => {
        const next = isHuge(typed) ? Number(typed) : typed;
        onChange?.(next);
        if (!onNumber) return;
        setEmptied(next === '');
        if (typeof next === 'number') onNumber(next);
      }}
      onBlur={(event) => {
        setEmptied(false);
        onBlur?.(event);
      }}
      {...rest}
    />
  );
}

'use client';

import type { ButtonProps } from '@mantine/core';
import { ActionButton } from './action-button';

/** A small button in a row; to who cannot see the row it also says what it is about. */
export function RowAction({
  word,
  of,
  refusal = null,
  ...button
}: Omit<ButtonProps, 'disabled' | 'children'> & {
  /** Ends in "…" where a dialog follows. */
  word: string;
  of: string;
  refusal?: string | null;
  onClick: () => void;
}) {
  return (
    <ActionButton
      size="compact-sm"
      variant="default"
      refusal={refusal}
      aria-label={`${word.replace('…', '')} ${of}`}
      {...button}
    >
      {word}
    </ActionButton>
  );
}

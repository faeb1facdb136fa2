'use client';

import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { parseUnique } from '@/domain/unique-keys';
import classes from './builder.module.css';
import type { Json } from './json-value';

/** A value that no form can show, as JSON; it is taken over as soon as it can be read. */
export function JsonField(props: {
  label: string;
  error: string | undefined;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}) {
  const { label, error, value, onChange } = props;
  const t = useTranslations('playbooks.form');
  const shown = value === undefined ? '' : JSON.stringify(value, null, 2);
  // While it is typed it is no JSON most of the time.
  const [typed, setTyped] = useState<{ text: string; of: string } | null>(null);
  const text = typed?.of === shown ? typed.text : shown;
  return (
    <Textarea
      label={label}
      error={error ?? (text !== shown && t('notJson'))}
      value={text}
      autosize
      minRows={2}
      maxRows={16}
      spellCheck={false}
      classNames={{ input: classes.code }}
      onChange={(event) => {
        const next = event.currentTarget.value;
        const read = readJson(next);
        if (next.trim() !== '' && read === undefined) return setTyped({ text: next, of: shown });
        setTyped(null);
        onChange(read);
      }}
    />
  );
}

function readJson(text: string): Json | undefined {
  try {
    return parseUnique(text) as Json;
  } catch {
    return undefined;
  }
}

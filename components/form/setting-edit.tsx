'use client';

import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { SETTING_LIMITS, type SettingKey } from '@/domain/settings';
import type { Outputs } from '@/server/api/router';
import { NumberField } from './number-field';

type Row = Outputs['settings']['get'][number];

/** Takes a new value for one setting. */
export function SettingEdit(props: {
  row: Row;
  save: (key: SettingKey, value: string | number) => Promise<string | null>;
  onDone: () => void;
}) {
  const { row, onDone } = props;
  const t = useTranslations('form.settings');
  const [value, setValue] = useState<string | number>(row.value);
  const [refused, setRefused] = useState<string | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    const answer = await props.save(row.key, value);
    setRefused(answer);
    if (answer === null) onDone();
  }
  const limits: { min?: number; max?: number } =
    row.key in SETTING_LIMITS ? SETTING_LIMITS[row.key as keyof typeof SETTING_LIMITS] : {};
  const field = { 'aria-label': t(`names.${row.key}`), w: 200, size: 'xs', error: refused, autoFocus: true };
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="flex-start">
        {typeof row.value === 'number' ? (
          <NumberField {...limits} {...field} value={value} onChange={setValue} />
        ) : (
          <TextInput {...field} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        )}
        <Button size="xs" type="submit">
          {t('save')}
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          {t('keep')}
        </Button>
      </Group>
    </form>
  );
}

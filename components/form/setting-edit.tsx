'use client';

import { Button, Group, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { SettingKey } from '@/domain/settings';
import type { Outputs } from '@/server/api/router';
import { SETTINGS } from './setting-words';

type Row = Outputs['settings']['get'][number];

/** Takes a new value for one setting. */
export function SettingEdit(props: {
  row: Row;
  save: (key: SettingKey, value: string | number) => Promise<string | null>;
  onDone: () => void;
}) {
  const { row, onDone } = props;
  const { name, type } = SETTINGS[row.key];
  const [value, setValue] = useState<string | number>(row.value);
  const [refused, setRefused] = useState<string | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    const answer = await props.save(row.key, value);
    setRefused(answer);
    if (answer === null) onDone();
  }
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="flex-start">
        {type === 'number' ? (
          <NumberInput
            aria-label={name}
            w={140}
            size="xs"
            value={value}
            onChange={setValue}
            error={refused}
            autoFocus
          />
        ) : (
          <TextInput
            aria-label={name}
            w={180}
            size="xs"
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            error={refused}
            autoFocus
          />
        )}
        <Button size="xs" type="submit">
          Save
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          Keep as is
        </Button>
      </Group>
    </form>
  );
}

'use client';

import { Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** Something that is known now and never again. */
export type Once = {
  label: string;
  value: string;
  /** What it is for. */
  about?: string;
};

/** Shows a value this once, for whoever is to keep it. */
export function ShownOnce({ label, value, about, onDone }: Once & { onDone: () => void }) {
  const t = useTranslations('ui.once');
  return (
    <Stack>
      <Text>
        {about} {t('now')}
      </Text>
      <TextInput
        label={label}
        value={value}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group justify="flex-end">
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? 'copied' : 'copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>{t('done')}</Button>
      </Group>
    </Stack>
  );
}

'use client';

import { Button, CopyButton, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
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
  const shown = {
    ...{ label, value, readOnly: true },
    styles: { input: { fontFamily: 'var(--mantine-font-family-monospace)' } },
  };
  const lines = value.split('\n').length;
  return (
    <Stack>
      <Text>
        {about} {t('now')}
      </Text>
      {lines > 1 ? (
        <Textarea {...shown} rows={lines} onFocus={(event) => event.currentTarget.select()} />
      ) : (
        <TextInput {...shown} onFocus={(event) => event.currentTarget.select()} />
      )}
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

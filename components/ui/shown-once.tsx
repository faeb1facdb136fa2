'use client';

import { Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';

/** Something that is known now and never again. */
export type Once = {
  label: string;
  value: string;
  /** What it is for. */
  about?: string;
};

/** Shows a value this once, for whoever is to keep it. */
export function ShownOnce({ label, value, about, onDone }: Once & { onDone: () => void }) {
  return (
    <Stack>
      <Text>{about} Copy it now: it is not shown again.</Text>
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
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}

import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a row is about, and the first thing to know of it. */
export function NameAndMore({ name, more }: { name: ReactNode; more: ReactNode }) {
  return (
    <>
      <Text component="div" fw={600} size="sm">
        {name}
      </Text>
      <Text component="div" size="sm" c="dimmed">
        {more}
      </Text>
    </>
  );
}

import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** What can be done with a row, at its end. */
export function RowActions({ children }: { children: ReactNode }) {
  return (
    <Group gap={6} justify="flex-end">
      {children}
    </Group>
  );
}

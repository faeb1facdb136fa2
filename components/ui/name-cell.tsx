import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a row is about, and the first thing to know of it. */
export function NameCell({ name, below }: { name: ReactNode; below: ReactNode }) {
  return (
    <Table.Td>
      <Text fw={600}>{name}</Text>
      <Text size="sm" c="dimmed">
        {below}
      </Text>
    </Table.Td>
  );
}

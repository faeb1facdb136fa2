'use client';

import { Button, Group, Text } from '@mantine/core';
import type { Listed } from '@/components/api/pages';

/** What is here of a list. */
export type Part = Omit<Listed<unknown>, 'items'> & { items: { length: number } };

/** "200 of 205 plans" and the way to the rest; nothing where all of it is shown. */
export function ShowMore({ list, what }: { list: Part; what: string }) {
  if (list.more === null || list.total === null) return null;
  return (
    <Group gap="sm" my="md" justify="center">
      <Text c="dimmed">
        {ofTotal(list.items.length, list.total)} {what}
        {list.failed && ': the rest could not be read'}
      </Text>
      <Button variant="default" size="sm" loading={list.loading} onClick={list.more}>
        Show more
      </Button>
    </Group>
  );
}

/** "200 of 205". */
function ofTotal(shown: number, total: number): string {
  return `${shown.toLocaleString('en')} of ${total.toLocaleString('en')}`;
}

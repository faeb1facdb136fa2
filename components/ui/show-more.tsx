'use client';

import { Button, Group, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Listed } from '@/components/api/pages';

/** What is here of a list. */
export type Part = Omit<Listed<unknown>, 'items'> & { items: { length: number } };

/** "200 of 205 plans" and the way to the rest; nothing where all of it is shown. */
export function ShowMore({ list, what }: { list: Part; what: string }) {
  const t = useTranslations('table.more');
  if (list.more === null || list.total === null) return null;
  return (
    <Group gap="sm" my="md" justify="center">
      <Text c="dimmed">
        {t(list.failed ? 'failed' : 'shown', { shown: list.items.length, total: list.total, what })}
      </Text>
      <Button variant="default" size="sm" loading={list.loading} onClick={list.more}>
        {t('more')}
      </Button>
    </Group>
  );
}

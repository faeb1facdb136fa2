'use client';

import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { errorText } from '@/components/api/client';
import { useSay } from '@/components/i18n/said';
import { Problem } from '@/components/ui/problem';

/** One part of a page: its name, what it is for, what can be added, and its table. */
export function Section(props: {
  title: ReactNode;
  about?: string;
  action?: ReactNode;
  /** Why its rows could not be read, said in place of them. */
  error?: unknown;
  children: ReactNode;
}) {
  const t = useTranslations('table');
  const say = useSay();
  return (
    <section>
      <Group justify="space-between" align="flex-start" mb="sm" gap="sm">
        <div style={{ flex: props.about ? '1 1 240px' : '1 1 0' }}>
          <Title order={2}>{props.title}</Title>
          {props.about && (
            <Text size="sm" c="dimmed">
              {props.about}
            </Text>
          )}
        </div>
        {props.action}
      </Group>
      {props.error ? <Problem title={t('unread')}>{say(errorText(props.error))}</Problem> : props.children}
    </section>
  );
}

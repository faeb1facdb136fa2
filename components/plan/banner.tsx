import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from '@/components/ui/problem';

/** Something about the whole plan that is told above its tasks, with what can be done about it. */
export function Banner(props: {
  kind: 'error' | 'warning' | 'info';
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div style={{ marginBottom: 12 }}>
      <Problem kind={props.kind} title={props.title}>
        <Group justify="space-between" gap="sm">
          <Text size="sm" flex="1 1 260px">
            {props.children}
          </Text>
          {props.actions && <Group gap={6}>{props.actions}</Group>}
        </Group>
      </Problem>
    </div>
  );
}

'use client';

import { Group, Paper, Skeleton, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { errorText } from '@/components/api/client';
import { Problem } from '@/components/ui/problem';

/** One part of a page: its name, what it is for, what can be added, and its rows. */
export function Section(props: {
  title: string;
  about: string;
  action?: ReactNode;
  state: { isPending: boolean; error: unknown };
  /** Said instead of rows when there are none. */
  empty: string | false;
  head: readonly string[];
  children: ReactNode;
}) {
  const { state, empty } = props;
  return (
    <section>
      <Group justify="space-between" align="flex-start" mb="sm" gap="sm">
        <div style={{ flex: '1 1 240px' }}>
          <Title order={2}>{props.title}</Title>
          <Text size="sm" c="dimmed">
            {props.about}
          </Text>
        </div>
        {props.action}
      </Group>
      {Boolean(state.error) && <Problem title="This could not be read">{errorText(state.error)}</Problem>}
      {state.isPending && !state.error && <Skeleton height={120} radius="md" />}
      {!state.isPending && !state.error && empty && <Text c="dimmed">{empty}</Text>}
      {!state.isPending && !state.error && !empty && (
        <Paper withBorder>
          <Table.ScrollContainer minWidth={560} type="native">
            <Table horizontalSpacing="md" verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  {props.head.map((name) =>
                    name === '' ? <Table.Td key="actions" /> : <Table.Th key={name}>{name}</Table.Th>,
                  )}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>{props.children}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
    </section>
  );
}

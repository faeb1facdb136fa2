'use client';

import { Group, Paper, Skeleton, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { errorText } from '@/components/api/client';
import { Grid, type Head } from '@/components/ui/grid';
import { Problem } from '@/components/ui/problem';
import { type Part, ShowMore } from '@/components/ui/show-more';

/** One part of a page: its name, what it is for, what can be added, and its rows. */
export function Section(props: {
  title: ReactNode;
  about?: string;
  action?: ReactNode;
  /** Of the query the rows come from, if they are not here already. */
  state?: { isPending: boolean; error: unknown };
  /** Said when the rows could not be read. */
  unread?: string;
  /** Said instead of rows when there are none. */
  empty: string | false;
  head: readonly Head[];
  minWidth?: number;
  /** Where the rows are only the first pages of a list. */
  more?: { list: Part; what: string };
  children: ReactNode;
}) {
  const { empty, state = { isPending: false, error: null } } = props;
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
      {Boolean(state.error) && (
        <Problem title={props.unread ?? 'This could not be read'}>{errorText(state.error)}</Problem>
      )}
      {state.isPending && !state.error && <Skeleton height={120} radius="md" />}
      {!state.isPending && !state.error && empty && <Text c="dimmed">{empty}</Text>}
      {!state.isPending && !state.error && !empty && (
        <Paper withBorder>
          <Grid head={props.head} minWidth={props.minWidth ?? 560}>
            {props.children}
          </Grid>
        </Paper>
      )}
      {props.more && <ShowMore {...props.more} />}
    </section>
  );
}

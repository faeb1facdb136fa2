import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

/** What a screen says when there is nothing to show yet: what it is for, and how to begin. */
export function EmptyState(props: {
  picture?: ReactNode;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <section className={classes.empty}>
      {props.picture && <div className={classes.picture}>{props.picture}</div>}
      <Title order={2}>{props.title}</Title>
      <Text c="dimmed" maw="34rem">
        {props.children}
      </Text>
      {props.actions && <div className={classes.actions}>{props.actions}</div>}
    </section>
  );
}

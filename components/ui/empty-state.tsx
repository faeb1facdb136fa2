import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

/** What a screen says when there is nothing to show yet: what it is for, and how to begin. */
export function EmptyState(props: {
  picture?: ReactNode;
  title: string;
  /** 1 where this is all there is on the page. */
  heading?: 1 | 2;
  children: ReactNode;
  actions?: ReactNode;
}) {
  const Heading = props.heading === 1 ? 'h1' : 'h2';
  return (
    <section className={classes.empty}>
      {props.picture && <div className={classes.picture}>{props.picture}</div>}
      <Heading className={classes.title}>{props.title}</Heading>
      <p className={classes.words}>{props.children}</p>
      {props.actions && <div className={classes.actions}>{props.actions}</div>}
    </section>
  );
}

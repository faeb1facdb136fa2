import type { ReactNode } from 'react';
import classes from './page-header.module.css';

/** The top of a screen: where one is, how it stands, and what can be done. */
export function PageHeader(props: {
  title: ReactNode;
  /** Small words above the title, such as the way back or an id. */
  above?: ReactNode;
  /** Beside the title: a status and what is requested. */
  status?: ReactNode;
  /** One line below: numbers, owner, estimate. */
  below?: ReactNode;
  actions?: ReactNode;
  /** On a phone the actions stand beside the words, and what is hidden in them below both. */
  compact?: boolean;
}) {
  return (
    <header className={classes.header} data-compact={props.compact || undefined}>
      <div className={classes.words}>
        {props.above && <div className={classes.above}>{props.above}</div>}
        <div className={classes.line}>
          <h1 className={classes.title}>{props.title}</h1>
          {props.status}
        </div>
        {props.below && <div className={classes.below}>{props.below}</div>}
      </div>
      {props.actions && <div className={classes.actions}>{props.actions}</div>}
    </header>
  );
}

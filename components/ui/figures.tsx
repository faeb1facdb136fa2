import type { ReactNode } from 'react';
import classes from './figures.module.css';

/** Facts side by side, each below what it is called. */
export function Figures({ rows }: { rows: readonly (readonly [term: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.figures}>
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

'use client';

import { useMemo } from 'react';
import classes from './diff-view.module.css';
import { type DiffLine, lineDiff } from './line-diff';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;
const WORDS = { same: '', added: 'Added: ', removed: 'Removed: ' } as const;

/** What changes from one configuration to another, unchanged parts folded away. */
export function DiffView(props: { before: string; after: string; label: string }) {
  const { lines, added, removed, more } = useMemo(
    () => lineDiff(props.before, props.after),
    [props.before, props.after],
  );
  if (added + removed === 0) return <p className={classes.none}>No difference.</p>;
  return (
    <div>
      <p className={classes.sum}>
        <span className={classes.plus}>+{added}</span> <span className={classes.minus}>−{removed}</span>{' '}
        {added + removed === 1 ? 'line' : 'lines'}
      </p>
      <section
        className={classes.diff}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to be scrolled with keys.
        tabIndex={0}
        aria-label={props.label}
      >
        {lines.map((line) => (
          <Line key={keyOf(line)} line={line} />
        ))}
        {more > 0 && (
          <div className={classes.gap}>
            {more} more {more === 1 ? 'line' : 'lines'}
          </div>
        )}
      </section>
    </div>
  );
}

function keyOf(line: DiffLine): string {
  return line.kind === 'gap' ? `gap-${line.before}` : `${line.before}-${line.after}`;
}

function Line({ line }: { line: DiffLine }) {
  if (line.kind === 'gap') {
    return (
      <div className={classes.gap}>
        {line.count} unchanged {line.count === 1 ? 'line' : 'lines'}
      </div>
    );
  }
  return (
    <div className={classes.line} data-kind={line.kind}>
      <span className={classes.number}>{line.before}</span>
      <span className={classes.number}>{line.after}</span>
      <span aria-hidden="true">{SIGNS[line.kind]}</span>
      <code className={classes.text}>
        {line.kind !== 'same' && <span className={classes.spoken}>{WORDS[line.kind]}</span>}
        {line.text}
      </code>
    </div>
  );
}

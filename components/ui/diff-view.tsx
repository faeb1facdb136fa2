'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import classes from './diff-view.module.css';
import { type DiffLine, lineDiff } from './line-diff';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

/** What changes from one configuration to another, unchanged parts folded away. */
export function DiffView(props: { before: string; after: string; label: string }) {
  const t = useTranslations('diff');
  const { lines, added, removed, more } = useMemo(
    () => lineDiff(props.before, props.after),
    [props.before, props.after],
  );
  if (added + removed === 0) return <p className={classes.none}>{t('none')}</p>;
  return (
    <div>
      <p className={classes.sum}>
        <span className={classes.plus}>+{added}</span> <span className={classes.minus}>−{removed}</span>{' '}
        {t('lines', { count: added + removed })}
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
        {more > 0 && <div className={classes.gap}>{t('more', { count: more })}</div>}
      </section>
    </div>
  );
}

function keyOf(line: DiffLine): string {
  return line.kind === 'gap' ? `gap-${line.before}` : `${line.before}-${line.after}`;
}

function Line({ line }: { line: DiffLine }) {
  const t = useTranslations('diff');
  if (line.kind === 'gap') return <div className={classes.gap}>{t('gap', { count: line.count })}</div>;
  return (
    <div className={classes.line} data-kind={line.kind}>
      <span className={classes.number}>{line.before}</span>
      <span className={classes.number}>{line.after}</span>
      <span aria-hidden="true">{SIGNS[line.kind]}</span>
      <code className={classes.text}>
        {line.kind !== 'same' && <span className={classes.spoken}>{t(line.kind)}</span>}
        {line.text}
      </code>
    </div>
  );
}

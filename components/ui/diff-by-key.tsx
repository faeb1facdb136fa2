'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import classes from './diff-by-key.module.css';
import { DiffView } from './diff-view';
import { type KeyChange, keyDiff } from './key-diff';

/** So many are shown; the lines below have all of them. */
const MOST = 200;

/** What changes from one configuration to another value by value, and the lines of both below; where they have no keys, the lines. */
export function DiffByKey(props: { before: string; after: string; label: string }) {
  const { before, after, label } = props;
  const t = useTranslations('diff');
  const diff = useMemo(() => keyDiff(before, after), [before, after]);
  const lines = <DiffView before={before} after={after} label={label} />;
  if (!diff || diff.changes.length === 0) return lines;
  const { changes, same } = diff;
  return (
    <div className={classes.both}>
      <ul className={classes.changes} aria-label={t('byKey')}>
        {changes.slice(0, MOST).map((change) => (
          <Change key={change.path} change={change} />
        ))}
      </ul>
      <p className={classes.same}>
        {changes.length > MOST && `${t('moreValues', { count: changes.length - MOST })} `}
        {t('sameValues', { count: same })}
      </p>
      <details>
        <summary className={classes.raw}>{t('raw')}</summary>
        {lines}
      </details>
    </div>
  );
}

function Change({ change: { path, before, after } }: { change: KeyChange }) {
  const t = useTranslations('diff');
  return (
    <li className={classes.change}>
      <code className={classes.path}>{path}</code>
      <span className={classes.values}>
        {before === null ? (
          <span className={classes.absent}>{t('absent')}</span>
        ) : (
          <del className={classes.before}>{before}</del>
        )}
        <span aria-hidden="true">→</span>
        {after === null ? (
          <span className={classes.absent}>{t('absent')}</span>
        ) : (
          <ins className={classes.after}>{after}</ins>
        )}
      </span>
    </li>
  );
}

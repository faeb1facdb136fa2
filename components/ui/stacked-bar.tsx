'use client';

import { useFormatter, useTranslations } from 'use-intl';
import type { TaskStatus } from '@/domain/task';
import { BAR_ORDER } from './bar-order';
import classes from './stacked-bar.module.css';
import { STATUS_LOOKS, toneStyle, useStatusLabel } from './status';

/**
 * How many tasks are where, as one bar. A part is never thinner than 3 pixels:
 * one failed tenant among thousands must show.
 */
export function StackedBar(props: { counts: Partial<Record<TaskStatus, number>>; height?: number }) {
  const t = useTranslations('ui.bar');
  const format = useFormatter();
  const label = useStatusLabel();
  const parts = BAR_ORDER.flatMap((status) => {
    const count = props.counts[status] ?? 0;
    return count > 0
      ? [{ status, count, text: t('part', { count: format.number(count), status: label(status) }) }]
      : [];
  });
  const summary = parts.length > 0 ? format.list(parts.map((part) => part.text)) : t('empty');
  return (
    <div className={classes.bar} role="img" aria-label={summary} style={{ height: props.height ?? 10 }}>
      {parts.map(({ status, count, text }) => (
        <span
          key={status}
          className={classes.part}
          data-status={status}
          data-fill={STATUS_LOOKS[status].fill}
          title={text}
          style={{ ...toneStyle(STATUS_LOOKS[status].tone), flexGrow: count }}
        />
      ))}
    </div>
  );
}

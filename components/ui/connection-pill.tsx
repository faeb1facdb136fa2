'use client';

import { useFormatter, useTranslations } from 'use-intl';
import classes from './connection-pill.module.css';

/** Where the live connection stands. `caughtUp` is shown for a moment after a reconnect. */
export type ConnectionState =
  | { kind: 'live' }
  | { kind: 'reconnecting'; dataFrom: Date | number | string }
  | { kind: 'caughtUp'; events: number };

/** Says how fresh the screen is. */
export function ConnectionPill({ state }: { state: ConnectionState }) {
  const t = useTranslations('ui.connection');
  const format = useFormatter();
  const words = () => {
    if (state.kind === 'live') return t('live');
    if (state.kind === 'caughtUp') return t('caughtUp', { count: state.events });
    const time = format.dateTime(new Date(state.dataFrom), {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    return t('reconnecting', { time });
  };
  return (
    <output className={classes.pill} data-kind={state.kind}>
      <span className={classes.dot} aria-hidden="true" />
      {words()}
    </output>
  );
}

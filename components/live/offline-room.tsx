'use client';

import type { ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import classes from './offline-room.module.css';
import { useConnection } from './socket';

/** What needs the connection: greyed while it is away, with a word on top that stays in view, and what came with it back. */
export function OfflineRoom({ children }: { children: ReactNode }) {
  const state = useConnection();
  const t = useTranslations('ui.connection');
  const format = useFormatter();
  const away = state.kind === 'reconnecting';
  const time = (at: Date | number | string) =>
    format.dateTime(new Date(at), {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  return (
    <>
      <div role="status" className={classes.news}>
        {away && (
          <p className={classes.banner} data-kind="away">
            <b>{t('awayTitle', { time: time(state.dataFrom) })}</b> {t('away')}
          </p>
        )}
        {state.kind === 'caughtUp' && (
          <p className={classes.banner} data-kind="back">
            {t('caughtUp', { count: state.events })}
          </p>
        )}
      </div>
      <div className={classes.room} data-offline={away || undefined}>
        {children}
      </div>
    </>
  );
}

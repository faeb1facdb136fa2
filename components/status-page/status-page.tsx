'use client';

import { useEffect, useState } from 'react';
import { io } from 'socket.io-client';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { BAR_ORDER } from '@/components/ui/bar-order';
import { Brand } from '@/components/ui/brand';
import { formatDuration, formatDurationRange } from '@/components/ui/duration';
import { useHeadline } from '@/components/ui/headline';
import { ProgressCurve } from '@/components/ui/progress-curve';
import { Qr, type QrCode } from '@/components/ui/qr';
import { RelativeTime } from '@/components/ui/relative-time';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge, StatusIcon, useStatusLabel } from '@/components/ui/status';
import type { PublicStatus } from '@/domain/view/plan-view';
import classes from './status-page.module.css';

/** A plan as the public sees it. Complete as rendered by the server; with JavaScript it follows the plan. */
export function StatusPage({ token, initial, code }: { token: string; initial: PublicStatus; code: QrCode }) {
  const [status, setStatus] = useState(initial);
  const [ended, setEnded] = useState(false);
  const t = useTranslations('statusPage');
  const headline = useHeadline();
  const { name, percent } = status;

  useEffect(() => {
    const socket = io('/status', { auth: { token } });
    socket.on('snapshot', (next: PublicStatus) => setStatus(next));
    socket.on('disconnect', (reason) => {
      // The server closes the connection when the link is revoked or expires.
      if (reason === 'io server disconnect') setEnded(true);
    });
    return () => {
      socket.disconnect();
    };
  }, [token]);

  useEffect(() => {
    document.title = `${percent}% · ${name}`;
  }, [percent, name]);

  const settled = status.endedAt !== null;
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <p className={classes.dim}>{t('about', { planId: status.planId, version: status.version })}</p>
        <h1 dir="auto">{name}</h1>
        <div className={classes.now}>
          <span className={classes.percent} data-testid="percent">
            {percent}%
          </span>
          <StatusBadge status={status.status} />
        </div>
        <p data-testid="headline">{headline(status)}</p>
        <StackedBar counts={status.byStatus} height={16} />
        <p className={classes.dim}>
          {settled ? t('final') : t('updated')} <RelativeTime at={status.updatedAt} absolute />
          <TimeLeft status={status} />
          {ended && ` · ${t('ended')}`}
        </p>
      </header>

      <Progress status={status} />
      <Counts status={status} />

      <section aria-labelledby="stages">
        <h2 id="stages">{t('stages')}</h2>
        <ol className={classes.funnel}>
          {status.funnel.map(({ stage, done }) => (
            <li key={stage}>
              <span>{stage}</span>
              <span className={classes.rail} aria-hidden="true">
                <span style={{ width: `${status.of === 0 ? 0 : (done / status.of) * 100}%` }} />
              </span>
              <span className={classes.figure}>{t('doneOf', { done, of: status.of })}</span>
            </li>
          ))}
        </ol>
      </section>

      {status.milestones.length > 0 && (
        <section aria-labelledby="milestones">
          <h2 id="milestones">{t('milestones')}</h2>
          <ul className={classes.milestones}>
            {status.milestones.map(({ at, kind, text }) => {
              const key = `milestone.${kind}` as Parameters<typeof t.has>[0];
              return (
                <li key={`${at} ${kind}`}>
                  <RelativeTime at={at} absolute />
                  <span>{t.has(key) ? t(key as 'milestone.PlanStarted') : text}</span>
                </li>
              );
            })}
          </ul>
        </section>
      )}

      {status.tasks && (
        <section aria-labelledby="tenants">
          <h2 id="tenants">{t('names')}</h2>
          <ul className={classes.tenants}>
            {status.tasks.map((task) => (
              <li key={task.name}>
                <bdi>{task.name}</bdi>
                <StatusBadge status={task.status} quiet />
              </li>
            ))}
          </ul>
        </section>
      )}

      <footer className={classes.foot}>
        <div className={classes.dim}>
          <Brand />
          <p>
            {t('until')} <RelativeTime at={status.expiresAt} absolute />
          </p>
        </div>
        <Qr code={code} label={t('scan')} size={96} />
      </footer>
    </main>
  );
}

function TimeLeft({ status: { remaining, startedAt, endedAt } }: { status: PublicStatus }) {
  const t = useTranslations('statusPage');
  const locale = useLocale();
  if (remaining) {
    const range = formatDurationRange(remaining.from, remaining.to, locale);
    return ` · ${t('left', { range, basis: remaining.basis })}`;
  }
  if (startedAt === null || endedAt === null) return null;
  return ` · ${t('took', { time: formatDuration(Date.parse(endedAt) - Date.parse(startedAt), locale) })}`;
}

function Counts({ status: { byStatus, total } }: { status: PublicStatus }) {
  const t = useTranslations('statusPage');
  const format = useFormatter();
  const label = useStatusLabel();
  const present = BAR_ORDER.filter((known) => (byStatus[known] ?? 0) > 0);
  return (
    <section aria-labelledby="counts">
      <h2 id="counts">{t('tenants', { count: total })}</h2>
      <ul className={classes.counts}>
        {present.map((known) => (
          <li key={known} data-status={known}>
            <StatusIcon status={known} size={18} />
            <b>{format.number(byStatus[known] ?? 0)}</b> {label(known)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Progress({ status }: { status: PublicStatus }) {
  const t = useTranslations('statusPage');
  const format = useFormatter();
  const { startedAt, endedAt, updatedAt, progress, of } = status;
  const last = progress.at(-1);
  if (startedAt === null || !last) return null;
  const time = { from: Date.parse(startedAt), to: Date.parse(endedAt ?? updatedAt) };
  const clock = (at: number) =>
    format.dateTime(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const [from, to] = [clock(time.from), clock(time.to)];
  const points = progress.map(({ at, done }) => ({ at: Date.parse(at), done }));
  return (
    <section aria-labelledby="progress">
      <h2 id="progress">{t('progress')}</h2>
      <ProgressCurve
        points={points}
        time={time}
        of={of}
        label={t('progressOf', { done: last.done, of, from, to })}
        from={from}
        done={t('doneOf', { done: last.done, of })}
        to={to}
      />
    </section>
  );
}

'use client';

import { useEffect, useState } from 'react';
import { io } from 'socket.io-client';
import { RelativeTime } from '@/components/ui/relative-time';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge, StatusIcon, useStatusLabel } from '@/components/ui/status';
import { isSettled } from '@/domain/plan';
import { TASK_STATUSES } from '@/domain/task';
import type { PublicStatus } from '@/domain/view/plan-view';
import classes from './status-page.module.css';

/** A plan as the public sees it. Complete as rendered by the server; with JavaScript it follows the plan. */
export function StatusPage({ token, initial }: { token: string; initial: PublicStatus }) {
  const [status, setStatus] = useState(initial);
  const [ended, setEnded] = useState(false);
  const label = useStatusLabel();

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

  const present = TASK_STATUSES.filter((known) => (status.byStatus[known] ?? 0) > 0);
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <p className={classes.dim}>
          {status.planId} · version {status.version}
        </p>
        <h1>{status.name}</h1>
        <div className={classes.now}>
          <span className={classes.percent} data-testid="percent">
            {status.percent}%
          </span>
          <StatusBadge status={status.status} />
        </div>
        <p data-testid="headline">{status.headline}</p>
        <StackedBar counts={status.byStatus} height={16} />
        <p className={classes.dim}>
          {isSettled(status.status) ? 'Final state, ' : 'Last update '}
          <RelativeTime at={status.updatedAt} absolute />
          {ended && ' · This link is no longer valid: what you see is not updated any more.'}
        </p>
      </header>

      <section aria-labelledby="counts">
        <h2 id="counts">{status.total === 1 ? '1 tenant' : `${status.total} tenants`}</h2>
        <ul className={classes.counts}>
          {present.map((known) => (
            <li key={known} data-status={known}>
              <StatusIcon status={known} size={18} />
              <b>{status.byStatus[known]}</b> {label(known)}
            </li>
          ))}
        </ul>
      </section>

      <section aria-labelledby="stages">
        <h2 id="stages">Stages</h2>
        <ol className={classes.funnel}>
          {status.funnel.map(({ stage, done }) => (
            <li key={stage}>
              <span>{stage}</span>
              <span className={classes.rail} aria-hidden="true">
                <span style={{ width: `${status.of === 0 ? 0 : (done / status.of) * 100}%` }} />
              </span>
              <span className={classes.figure}>
                {done} of {status.of}
              </span>
            </li>
          ))}
        </ol>
      </section>

      {status.milestones.length > 0 && (
        <section aria-labelledby="milestones">
          <h2 id="milestones">Milestones</h2>
          <ul className={classes.milestones}>
            {status.milestones.map(({ at, text }) => (
              <li key={`${at} ${text}`}>
                <b>{text}</b> <RelativeTime at={at} absolute />
              </li>
            ))}
          </ul>
        </section>
      )}

      {status.tasks && (
        <section aria-labelledby="tenants">
          <h2 id="tenants">Tenants</h2>
          <ul className={classes.tenants}>
            {status.tasks.map((task) => (
              <li key={task.name}>
                <span>{task.name}</span>
                <StatusBadge status={task.status} quiet />
              </li>
            ))}
          </ul>
        </section>
      )}

      <footer className={classes.dim}>
        This link works until <RelativeTime at={status.expiresAt} absolute />.
      </footer>
    </main>
  );
}

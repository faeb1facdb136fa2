'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { useRoleRefusal } from '@/components/session/role';
import { formatDurationRange } from '@/components/ui/duration';
import { LinkAction } from '@/components/ui/link-action';
import { SHORT_MOMENT } from '@/components/ui/short-moment';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge } from '@/components/ui/status';
import type { Outputs } from '@/server/api/router';
import classes from './fleet.module.css';

type Overview = Outputs['fleet']['overview'];

/** What goes on, beside the map: plans, what needs somebody, freezes, the executor. */
export function FleetCards({ overview }: { overview: Overview }) {
  return (
    <div className={classes.cards}>
      <Needs overview={overview} />
      <Plans overview={overview} />
      <Freezes overview={overview} />
      <Executor executor={overview.executor} />
    </div>
  );
}

function Card(props: { title: string; href?: string; action?: ReactNode; children: ReactNode }) {
  const { title, href, action, children } = props;
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle}>{href ? <Link href={href}>{title}</Link> : title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

function Needs({ overview }: { overview: Overview }) {
  const t = useTranslations('fleet.needs');
  const { waiting, forYou, failures } = overview;
  return (
    <Card title={t('title')}>
      {waiting === 0 && failures.length === 0 && <p className={classes.quiet}>{t('none')}</p>}
      {waiting > 0 && (
        <Link href="/executor" className={classes.need} data-tone="amber">
          {t('waiting', { count: waiting })}
          {forYou > 0 && <> · {t('forYou', { count: forYou })}</>}
        </Link>
      )}
      {failures.map(({ planId, name, count }) => (
        <Link
          key={planId}
          href={`/plans/${planId}?status=FAILED,ROLLBACK_FAILED`}
          className={classes.need}
          data-tone="vermilion"
          title={name}
        >
          {t('failed', { count, plan: planId })}
        </Link>
      ))}
    </Card>
  );
}

function Plans({ overview: { plans, plansTotal } }: { overview: Overview }) {
  const t = useTranslations('fleet.plans');
  const locale = useLocale();
  const refusal = useRoleRefusal();
  const create = (
    <LinkAction
      href="/plans/new"
      size="compact-sm"
      variant="default"
      refusal={refusal}
      leftSection={<Plus size={14} aria-hidden="true" />}
    >
      {t('create')}
    </LinkAction>
  );
  return (
    <Card title={t('title')} action={create}>
      {plans.length === 0 && <p className={classes.quiet}>{t('none')}</p>}
      {plans.map((plan) => (
        <article key={plan.planId} className={classes.plan}>
          <div className={classes.planHead}>
            <Link href={`/plans/${plan.planId}`} className={classes.planName}>
              {plan.name}
            </Link>
            <b data-numbers>{plan.percent}%</b>
          </div>
          <StackedBar counts={plan.byStatus} />
          <div className={classes.planFoot}>
            <StatusBadge status={plan.status} quiet />
            <span className={classes.quiet}>
              {plan.planId} · {plan.unitName} {plan.version}
              {plan.remaining &&
                ` · ${t('left', { time: formatDurationRange(plan.remaining.from, plan.remaining.to, locale) })}`}
            </span>
          </div>
          <div className={plan.failed > 0 ? classes.bad : classes.quiet}>{plan.headline}</div>
        </article>
      ))}
      {plansTotal > plans.length && <Link href="/plans">{t('more', { count: plansTotal })}</Link>}
    </Card>
  );
}

function Freezes({ overview: { freezes, overrides } }: { overview: Overview }) {
  const t = useTranslations('fleet.freezes');
  const format = useFormatter();
  const time = (at: Date) => format.dateTime(at, SHORT_MOMENT);
  return (
    <Card title={t('title')}>
      {freezes.length === 0 && <p className={classes.quiet}>{t('none')}</p>}
      {freezes.map(({ name, until, tenantId, labels }) => (
        <p key={name} className={classes.line}>
          <b>{name}</b>{' '}
          {tenantId ??
            (Object.entries(labels ?? {})
              .map(([key, value]) => `${key}=${value}`)
              .join(', ') ||
              t('everyone'))}
          , {t('until', { time: time(until) })}
        </p>
      ))}
      {overrides.map(({ planId, override: { until, reason } }) => (
        <p key={planId} className={classes.line}>
          {t.rich('overridden', {
            plan: () => <Link href={`/plans/${planId}`}>{planId}</Link>,
            time: time(new Date(until)),
            reason,
          })}
        </p>
      ))}
    </Card>
  );
}

function Executor({ executor }: { executor: Overview['executor'] }) {
  const t = useTranslations('fleet.executor');
  const { stopped, nodes, executing, slots, active, queued } = executor;
  return (
    <Card title={t('title')} href="/executor">
      {stopped && <p className={classes.bad}>{t('stopped', { who: stopped.by, reason: stopped.reason })}</p>}
      <p className={classes.line}>{t('nodes', { executing, count: nodes })}</p>
      <p className={classes.line}>{t('slots', { active, slots, queued })}</p>
    </Card>
  );
}

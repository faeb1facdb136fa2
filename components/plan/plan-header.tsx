'use client';

import { Text } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { LiveConnection } from '@/components/live/live-connection';
import {
  useCounted,
  useDatabaseClock,
  useFigures,
  usePlanStore,
  usePlanView,
} from '@/components/live/use-live-plan';
import { useLimits } from '@/components/session/role';
import { formatDuration, formatDurationRange } from '@/components/ui/duration';
import { useHeadline } from '@/components/ui/headline';
import { nothing } from '@/components/ui/nothing';
import { PageHeader } from '@/components/ui/page-header';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge } from '@/components/ui/status';
import { inWords } from '@/domain/limited-to';
import { remainingOf } from '@/domain/remaining';
import { whyNotApproved } from '@/domain/start-approval';
import { Concurrency } from './concurrency';
import { HowItRuns } from './how-it-runs';
import { PlanActions } from './plan-actions';
import classes from './plan-screen.module.css';

// Most of the time nothing is asked for.
const PlanRequested = dynamic(() => import('./plan-requested').then((module) => module.PlanRequested), {
  loading: nothing,
});

/**
 * The top of a plan: how it stands, how long it takes, and what can be done with it as a whole. On a phone what is not
 * looked at in a hurry is folded away, so that the first lane is in sight.
 */
export function PlanHeader() {
  const t = useTranslations('planPage.header');
  const words = useTranslations('plan.header');
  const [unfolded, setUnfolded] = useState(false);
  const plan = usePlanView();
  const limits = useLimits();
  const store = usePlanStore();
  const pending = useCounted(({ byStatus }) => byStatus.PENDING);
  const from = useCounted(() =>
    fromVersions(store.versions(), (count) => t('versions', { count: String(count) })),
  );
  return (
    <div className={classes.top} data-unfolded={unfolded || undefined}>
      <PageHeader
        compact
        above={
          <>
            <Link href="/plans">{t('plans')}</Link> / {plan.planId}
          </>
        }
        title={plan.name}
        status={
          <>
            <span data-testid="plan-status" data-status={plan.status}>
              <StatusBadge status={plan.status} />
            </span>
            <LiveConnection />
            {plan.intent !== 'none' && <PlanRequested plan={plan} />}
          </>
        }
        below={t('by', {
          unit: plan.unitName,
          from,
          to: plan.version,
          playbook: plan.playbookId,
          who: plan.createdBy,
        })}
        actions={
          <>
            <PlanActions plan={plan} />
            <button
              type="button"
              className={classes.more}
              aria-label={words('more')}
              aria-expanded={unfolded}
              onClick={() => setUnfolded(!unfolded)}
            >
              <Ellipsis size={18} aria-hidden="true" />
            </button>
          </>
        }
      />
      {plan.partly && limits && (
        <Text size="sm" c="dimmed" mb="md">
          {t('partly', { labels: inWords(limits) })}
        </Text>
      )}
      {plan.status === 'READY' && plan.startAt === null && plan.startBy === null && (
        <Text mb="md">
          {t(whyNotApproved(plan) === null ? 'press' : 'unapproved', {
            count: pending,
            unit: plan.unitName,
            version: plan.version,
            atOnce: String(plan.maxConcurrency),
          })}
        </Text>
      )}
      <div className={classes.stands}>
        <div className={classes.figures}>
          <Standing />
          <div className={classes.folded}>
            <Concurrency plan={plan} />
          </div>
        </div>
        <Parts />
      </div>
      <div className={classes.folded}>
        <HowItRuns plan={plan} />
      </div>
    </div>
  );
}

/** What is counted and timed, which all goes on while the plan runs. */
function Standing() {
  return (
    <div className={classes.standing}>
      <Percent />
      <p className={classes.headline} data-numbers>
        <Headline />
      </p>
    </div>
  );
}

function Percent() {
  const t = useTranslations('planPage');
  const { planId } = usePlanView();
  const percent = useCounted((figures) => figures.percent);
  const failed = useCounted((figures) => figures.failed);
  useEffect(() => {
    document.title = [`${percent}%`, failed > 0 ? t('failed', { count: String(failed) }) : null, planId]
      .filter((part) => part !== null)
      .join(' · ');
  }, [percent, failed, planId, t]);
  return (
    <span className={classes.percent} data-testid="plan-percent">
      {percent}%
    </span>
  );
}

function Headline() {
  const plan = usePlanView();
  const store = usePlanStore();
  const figures = useFigures();
  const headline = useHeadline();
  const now = useDatabaseClock();
  const locale = useLocale();
  const t = useTranslations('plan.header');
  const elapsed =
    plan.startedAt === null
      ? null
      : formatDuration((plan.endedAt ? Date.parse(plan.endedAt) : now) - Date.parse(plan.startedAt), locale);
  const left = remainingOf(plan, figures.byStatus, store.recentLengths());
  return (
    <>
      <span data-testid="plan-headline" className={figures.failed > 0 ? classes.failed : undefined}>
        {headline(figures)}
      </span>
      {figures.unconfirmed > 0 && (
        <span className={classes.unconfirmed} title={t('unconfirmedHint')}>
          {` · ${t('unconfirmed', { count: figures.unconfirmed })}`}
        </span>
      )}
      {elapsed && ` · ${elapsed}`}
      {left && (
        <>
          {` · ${t('left', { range: formatDurationRange(left.from, left.to, locale) })}`}
          <span className={classes.wide}>{t('basis', { basis: left.basis })}</span>
        </>
      )}
    </>
  );
}

function Parts() {
  return <StackedBar counts={useFigures().byStatus} height={12} />;
}

function fromVersions([first, ...others]: readonly string[], several: (count: number) => string): string {
  if (first === undefined) return '—';
  return others.length === 0 ? first : several(others.length + 1);
}

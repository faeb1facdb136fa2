'use client';

import { Group, Stack, Text } from '@mantine/core';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useEffect } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { LiveConnection } from '@/components/live/live-connection';
import {
  useCounted,
  useDatabaseClock,
  useFigures,
  usePlanStore,
  usePlanView,
} from '@/components/live/use-live-plan';
import { formatDuration, formatDurationRange } from '@/components/ui/duration';
import { useHeadline } from '@/components/ui/headline';
import { nothing } from '@/components/ui/nothing';
import { PageHeader } from '@/components/ui/page-header';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge } from '@/components/ui/status';
import { remainingOf } from '@/domain/remaining';
import { Concurrency } from './concurrency';
import { PlanActions } from './plan-actions';
import classes from './plan-screen.module.css';

// Most of the time nothing is asked for.
const PlanRequested = dynamic(() => import('./plan-requested').then((module) => module.PlanRequested), {
  loading: nothing,
});

/** The top of a plan: how it stands, how long it takes, and what can be done with it as a whole. */
export function PlanHeader() {
  const t = useTranslations('planPage.header');
  const plan = usePlanView();
  const store = usePlanStore();
  const pending = useCounted(({ byStatus }) => byStatus.PENDING);
  const from = useCounted(() =>
    fromVersions(store.versions(), (count) => t('versions', { count: String(count) })),
  );
  return (
    <>
      <PageHeader
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
        actions={<PlanActions plan={plan} />}
      />
      {plan.status === 'READY' && plan.startAt === null && plan.startBy === null && (
        <Text mb="md">
          {t('press', {
            count: pending,
            unit: plan.unitName,
            version: plan.version,
            atOnce: String(plan.maxConcurrency),
          })}
        </Text>
      )}
      <Stack gap={8} mb="lg">
        <Group justify="space-between" gap="sm">
          <Standing />
          <Group gap="lg">
            <Concurrency plan={plan} />
            <LiveConnection />
          </Group>
        </Group>
        <Parts />
      </Stack>
    </>
  );
}

/** What is counted and timed, which all goes on while the plan runs. */
function Standing() {
  return (
    <Group gap="md" align="baseline">
      <Percent />
      <Text c="dimmed" data-numbers>
        <Headline />
      </Text>
    </Group>
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
  const t = useTranslations('planPage.header');
  const plan = usePlanView();
  const store = usePlanStore();
  const figures = useFigures();
  const headline = useHeadline();
  const now = useDatabaseClock();
  const locale = useLocale();
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
      {elapsed && ` · ${elapsed}`}
      {left &&
        ` · ${t('left', {
          range: formatDurationRange(left.from, left.to, locale),
          basis: String(left.basis),
        })}`}
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

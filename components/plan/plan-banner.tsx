'use client';

import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { ofExecutor, usePlansNews } from '@/components/live/plans-news';
import { useDatabaseClock, useFigures, usePlanView } from '@/components/live/use-live-plan';
import { ActionButton } from '@/components/ui/action-button';
import { formatDuration } from '@/components/ui/duration';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { tenants } from '@/components/ui/tenant-count';
import { type Halt, isOpen } from '@/domain/plan';
import type { PlanView } from '@/domain/view/plan-view';
import { waveName } from '@/domain/wave';
import { usePlanAsk } from './plan-commands';

/** What keeps the plan from going on, the gravest first, each with the way out of it. */
export function PlanBanners() {
  const plan = usePlanView();
  return (
    <>
      <ExecutorBanners plan={plan} />
      <PlanBanner plan={plan} />
    </>
  );
}

/** What the processes tell: everything is stopped, or the database keeps this plan from getting on. */
function ExecutorBanners({ plan }: { plan: PlanView }) {
  const trpc = useTRPC();
  const overview = useQuery(trpc.executor.nodes.queryOptions(undefined, { staleTime: 0 }));
  usePlansNews(trpc.executor.nodes.pathFilter(), ofExecutor);
  const { stopped, nodes = [] } = overview.data ?? {};
  const trouble = nodes.flatMap((node) => (node.alive && node.trouble[plan.planId]) || [])[0];
  return (
    <>
      {stopped && plan.endedAt === null && (
        <Banner
          kind="error"
          title={`${stopped.by} stopped everything: ${stopped.reason}`}
          actions={<Link href="/executor">Open the executor to lift it</Link>}
        >
          Since <RelativeTime at={stopped.at} />. What runs goes on to its end, and so do rollbacks; nothing
          new starts, in any plan.
        </Banner>
      )}
      {trouble && (
        <Banner kind="error" title="This plan does not get on">
          Since <RelativeTime at={trouble.since} />. {trouble.message} Other plans are not affected.
        </Banner>
      )}
    </>
  );
}

function PlanBanner({ plan }: { plan: PlanView }) {
  const figures = useFigures();
  if (plan.status === 'READY' && plan.startAt !== null)
    return <Scheduled startAt={plan.startAt} startBy={plan.startBy} />;
  if (plan.status === 'READY' && plan.startBy !== null) return <StartMissed startBy={plan.startBy} />;
  if (!isOpen(plan.status)) return null;
  const { notCompletedInWave, unsettledInWave } = figures.wave;
  const blocked =
    plan.intent === 'none' && unsettledInWave === 0 && notCompletedInWave > 0 && plan.wave < plan.lastWave;
  if (blocked)
    return <WaveBlocked plan={plan} failed={notCompletedInWave} retryable={figures.byStatus.FAILED} />;
  if (plan.halted) return <Halted plan={plan} halted={plan.halted} rollbacks={figures.rollbacks} />;
  if (plan.intent === 'pause' && plan.intentBy === 'policy') return <PausedByPolicy plan={plan} />;
  if (plan.bakeUntil !== null && plan.wave < plan.lastWave && plan.intent === 'none')
    return <Baking plan={plan} until={plan.bakeUntil} />;
  return null;
}

function Halted({ plan, halted, rollbacks }: { plan: PlanView; halted: Halt; rollbacks: number }) {
  const { by, reason } = halted;
  const threshold = by === 'threshold';
  const { button } = usePlanAsk();
  return (
    <Banner
      kind="error"
      title={threshold ? `Halted: ${reason}` : `Halted by ${by}: ${reason}`}
      actions={
        <>
          {button('continue', 'Continue')}
          {plan.intent !== 'rollback' && button('cancel', 'Cancel plan…')}
          {plan.intent !== 'rollback' && button('rollback', 'Roll back…')}
        </>
      }
    >
      What runs goes on, nothing new starts. {rollbackWords(halted, rollbacks)}{' '}
      {threshold && 'Continue, and the threshold counts afresh.'}
    </Banner>
  );
}

/** No halt holds up the way back, unless it is the rollback that was halted. */
function rollbackWords({ rollbacks: held }: Halt, count: number): string {
  if (held) return `${count} rollbacks wait until you continue.`;
  return count === 1 ? '1 rollback goes on.' : `${count} rollbacks go on.`;
}

function WaveBlocked(props: { plan: PlanView; failed: number; retryable: number }) {
  const { plan, failed, retryable } = props;
  const { button } = usePlanAsk();
  return (
    <Banner
      kind="error"
      title={`${ordinal(plan, plan.wave)} is over with ${tenants(failed)} not completed, so wave ${plan.wave + 2} does not start`}
      actions={
        <>
          {retryable > 0 && button('retryFailed', 'Retry failed')}
          {button('continue', 'Continue in spite of them…')}
        </>
      }
    >
      Mend what failed and retry it: the next wave starts by itself once all are well. Or go on without them.
    </Banner>
  );
}

function PausedByPolicy({ plan }: { plan: PlanView }) {
  const { button } = usePlanAsk();
  return (
    <Banner
      kind="warning"
      title={`${ordinal(plan, plan.wave)} is done. The pause policy stops here for you to look`}
      actions={button('resume', 'Resume plan')}
    >
      Look at the tenants that were switched. When they are well, resume the plan.
    </Banner>
  );
}

function Baking({ plan, until }: { plan: PlanView; until: string }) {
  const left = Math.max(0, Date.parse(until) - useDatabaseClock());
  return (
    <Banner kind="info" title={`Wave ${plan.wave + 2} of ${plan.lastWave + 1} starts ${countdown(left)}`}>
      {ordinal(plan, plan.wave)} finished and is watched meanwhile. Pause the plan to hold the next one back.
    </Banner>
  );
}

function StartMissed({ startBy }: { startBy: string }) {
  const { button } = usePlanAsk();
  return (
    <Banner kind="warning" title="Its scheduled start was missed" actions={button('start', 'Start now')}>
      It was to begin by <RelativeTime at={startBy} absolute /> and could not. Nothing has been changed. Start
      it now, or set another time.
    </Banner>
  );
}

function Scheduled({ startAt, startBy }: { startAt: string; startBy: string | null }) {
  const left = Math.max(0, Date.parse(startAt) - useDatabaseClock());
  const locale = useLocale();
  const { schedule, refusal, sending } = usePlanAsk();
  return (
    <Banner
      kind="info"
      title={
        <>
          Starts at <RelativeTime at={startAt} absolute />
        </>
      }
      actions={
        <ActionButton
          size="compact-sm"
          variant="default"
          refusal={refusal}
          loading={sending === 'schedule'}
          onClick={() => void schedule(null)}
        >
          Take back
        </ActionButton>
      }
    >
      By itself, {left > 0 ? `in ${formatDuration(left, locale)}` : 'now'}. Nothing has been changed yet.
      {startBy !== null && (
        <>
          {' '}
          If it cannot start by <RelativeTime at={startBy} absolute />, it waits for you.
        </>
      )}
    </Banner>
  );
}

function Banner(props: {
  kind: 'error' | 'warning' | 'info';
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div style={{ marginBottom: 12 }}>
      <Problem kind={props.kind} title={props.title}>
        <Group justify="space-between" gap="sm">
          <Text size="sm" flex="1 1 260px">
            {props.children}
          </Text>
          {props.actions && <Group gap={6}>{props.actions}</Group>}
        </Group>
      </Problem>
    </div>
  );
}

const ordinal = (plan: PlanView, wave: number) =>
  `Wave ${wave + 1} of ${plan.lastWave + 1} (${waveName(plan.waves, wave)})`;

/** "in 4:12", as one counts down. */
function countdown(millis: number): string {
  const seconds = Math.ceil(millis / 1000);
  if (seconds === 0) return 'now';
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `in ${minutes}:${two(seconds % 60)}`
    : `in ${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

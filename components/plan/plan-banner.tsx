'use client';

import { Group, Text } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { useDatabaseClock, useFigures } from '@/components/live/use-live-plan';
import { ActionButton } from '@/components/ui/action-button';
import { formatDuration } from '@/components/ui/duration';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { tenants } from '@/components/ui/tenant-count';
import type { Halt } from '@/domain/plan';
import type { PlanView } from '@/domain/view/plan-view';
import { waveName } from '@/domain/wave';
import type { BannerKind, ExecutorNews } from './banner-kind';
import { usePlanAsk } from './plan-commands';

/** What the processes tell: everything is stopped, or the database keeps this plan from getting on. */
export function ExecutorBanners({ stopped, trouble }: ExecutorNews) {
  return (
    <>
      {stopped && (
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

/** Why the plan does not go on by itself, with the way out of it. */
export function PlanBanner({ plan, kind }: { plan: PlanView; kind: BannerKind }) {
  const { wave, byStatus, rollbacks } = useFigures();
  switch (kind) {
    case 'scheduled':
      return plan.startAt && <Scheduled startAt={plan.startAt} startBy={plan.startBy} />;
    case 'missed':
      return plan.startBy && <StartMissed startBy={plan.startBy} />;
    case 'blocked':
      return <WaveBlocked plan={plan} failed={wave.notCompletedInWave} retryable={byStatus.FAILED} />;
    case 'halted':
      return plan.halted && <Halted plan={plan} halted={plan.halted} rollbacks={rollbacks} />;
    case 'paused':
      return <PausedByPolicy plan={plan} />;
  }
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

'use client';

import Link from 'next/link';
import { useLocale, useTranslations } from 'use-intl';
import { useStartWords } from '@/components/actions/use-approval-words';
import { useSay } from '@/components/i18n/said';
import { useRuleWords } from '@/components/live/policy-words';
import { useDatabaseClock, useFigures } from '@/components/live/use-live-plan';
import { useApprover } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { formatDuration } from '@/components/ui/duration';
import { RelativeTime } from '@/components/ui/relative-time';
import { type StartApproval, whyNotApprove } from '@/domain/approval';
import type { Halt } from '@/domain/plan';
import type { PlanView } from '@/domain/view/plan-view';
import { Banner } from './banner';
import type { BannerKind, ExecutorNews } from './banner-kind';
import { usePlanAsk } from './plan-commands';

/** What the processes tell: everything is stopped, or the database keeps this plan from getting on. */
export function ExecutorBanners({ stopped, trouble }: ExecutorNews) {
  const t = useTranslations('planPage.banner');
  const say = useSay();
  return (
    <>
      {stopped && (
        <Banner
          kind="error"
          title={t('stopped', { who: stopped.by, reason: stopped.reason })}
          actions={<Link href="/executor">{t('lift')}</Link>}
        >
          {t.rich('stoppedSince', { when: () => <RelativeTime at={stopped.at} /> })}
        </Banner>
      )}
      {trouble && (
        <Banner kind="error" title={t('trouble')}>
          {t.rich('troubleSince', {
            when: () => <RelativeTime at={trouble.since} />,
            message: say(trouble.message),
          })}
        </Banner>
      )}
    </>
  );
}

/** Why the plan does not go on by itself, with the way out of it. */
export function PlanBanner({ plan, kind }: { plan: PlanView; kind: BannerKind }) {
  const { wave, byStatus, rollbacks } = useFigures();
  switch (kind) {
    case 'unapproved':
      return plan.startApproval && <StartUnapproved plan={plan} asked={plan.startApproval} />;
    case 'scheduled':
      return plan.startAt && <Scheduled startAt={plan.startAt} startBy={plan.startBy} />;
    case 'missed':
      return plan.startBy && <StartMissed startBy={plan.startBy} />;
    case 'blocked':
      return <WaveBlocked plan={plan} failed={wave.notCompletedInWave} retryable={byStatus.FAILED} />;
    case 'halted':
      if (plan.halted?.by === 'gate') return <GateNotPassed halted={plan.halted} />;
      return plan.halted && <Halted plan={plan} halted={plan.halted} rollbacks={rollbacks} />;
    case 'paused':
      return <PausedByPolicy plan={plan} />;
  }
}

function StartUnapproved({ plan, asked }: { plan: PlanView; asked: StartApproval }) {
  const t = useTranslations('planPage.banner');
  const { press, refusal, sending } = usePlanAsk();
  const mine = whyNotApprove(asked, useApprover(plan.createdBy));
  const words = useStartWords();
  return (
    <Banner
      kind="info"
      title={t('unapproved', { given: asked.given.length, needs: asked.needs })}
      actions={
        <ActionButton
          size="compact-sm"
          variant="default"
          refusal={refusal ?? mine?.message ?? null}
          loading={sending === 'approveStart'}
          onClick={() => press('approveStart')}
        >
          {t('approveStart')}
        </ActionButton>
      }
    >
      {words(asked)}
      {plan.startAt !== null && (
        <> {t.rich('thenStarts', { when: () => <RelativeTime at={plan.startAt ?? ''} absolute /> })}</>
      )}
    </Banner>
  );
}

function Halted({ plan, halted, rollbacks }: { plan: PlanView; halted: Halt; rollbacks: number }) {
  const t = useTranslations('planPage.banner');
  const { by } = halted;
  const reason = useSay()(halted.reason);
  const threshold = by === 'threshold';
  const { button } = usePlanAsk();
  return (
    <Banner
      kind="error"
      title={threshold ? t('halted', { reason }) : t('haltedBy', { who: by, reason })}
      actions={
        <>
          {button('continue', t('continue'))}
          {plan.intent !== 'rollback' && button('cancel', t('cancel'))}
          {plan.intent !== 'rollback' && button('rollback', t('rollback'))}
        </>
      }
    >
      {/* No halt holds up the way back, unless it is the rollback that was halted. */}
      {t('goesOn')}{' '}
      {halted.rollbacks
        ? t('rollbacksWait', { count: String(rollbacks) })
        : t('rollbacksGoOn', { count: rollbacks })}{' '}
      {threshold && t('afresh')}
    </Banner>
  );
}

function GateNotPassed({ halted }: { halted: Halt }) {
  const t = useTranslations('planPage.banner');
  const reason = useSay()(halted.reason);
  const { button } = usePlanAsk();
  return (
    <Banner
      kind="error"
      title={reason}
      actions={
        <>
          {button('resume', t('measureAgain'))}
          {button('continue', t('nextAllTheSame'))}
          {button('rollback', t('rollback'))}
        </>
      }
    >
      {t('gateHolds')}
    </Banner>
  );
}

function WaveBlocked(props: { plan: PlanView; failed: number; retryable: number }) {
  const t = useTranslations('planPage.banner');
  const { plan, failed, retryable } = props;
  const { button } = usePlanAsk();
  const wave = useWaveWords(plan);
  return (
    <Banner
      kind="error"
      title={t('blocked', { wave, failed, next: String(plan.wave + 2) })}
      actions={
        <>
          {retryable > 0 && button('retryFailed', t('retryFailed'))}
          {button('continue', t('inSpite'))}
        </>
      }
    >
      {t('mend')}
    </Banner>
  );
}

function PausedByPolicy({ plan }: { plan: PlanView }) {
  const t = useTranslations('planPage.banner');
  const { button } = usePlanAsk();
  const wave = useWaveWords(plan);
  return (
    <Banner kind="warning" title={t('paused', { wave })} actions={button('resume', t('resume'))}>
      {t('look')}
    </Banner>
  );
}

function StartMissed({ startBy }: { startBy: string }) {
  const t = useTranslations('planPage.banner');
  const { button } = usePlanAsk();
  return (
    <Banner kind="warning" title={t('missed')} actions={button('start', t('start'))}>
      {t.rich('missedAt', { when: () => <RelativeTime at={startBy} absolute /> })}
    </Banner>
  );
}

function Scheduled({ startAt, startBy }: { startAt: string; startBy: string | null }) {
  const t = useTranslations('planPage.banner');
  const left = Math.max(0, Date.parse(startAt) - useDatabaseClock());
  const locale = useLocale();
  const { schedule, refusal, sending } = usePlanAsk();
  return (
    <Banner
      kind="info"
      title={t.rich('startsAt', { when: () => <RelativeTime at={startAt} absolute /> })}
      actions={
        <ActionButton
          size="compact-sm"
          variant="default"
          refusal={refusal}
          loading={sending === 'schedule'}
          onClick={() => void schedule(null)}
        >
          {t('takeBack')}
        </ActionButton>
      }
    >
      {left > 0 ? t('byItselfIn', { time: formatDuration(left, locale) }) : t('byItselfNow')}
      {startBy !== null && <> {t.rich('orWaits', { when: () => <RelativeTime at={startBy} absolute /> })}</>}
    </Banner>
  );
}

/** The wave the plan is in: "Wave 1 of 3 (canary)". */
function useWaveWords(plan: PlanView): string {
  const t = useTranslations('planPage.banner');
  const words = useRuleWords();
  return t('wave', {
    number: String(plan.wave + 1),
    of: String(plan.lastWave + 1),
    name: words.wave(plan.waves, plan.wave),
  });
}

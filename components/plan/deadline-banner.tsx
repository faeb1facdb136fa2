'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { planRefusal } from '@/components/live/situation';
import { useDatabaseClock, useFigures, usePlanStore } from '@/components/live/use-live-plan';
import { ActionButton } from '@/components/ui/action-button';
import { nothing } from '@/components/ui/nothing';
import { RelativeTime } from '@/components/ui/relative-time';
import { heldByDeadline } from '@/domain/deadline';
import type { PlanDeadline } from '@/domain/plan';
import { doneWithin } from '@/domain/remaining';
import type { PlanView } from '@/domain/view/plan-view';
import { Banner } from './banner';
import { usePlanAsk } from './plan-commands';

const DeadlineDialog = dynamic(() => import('./deadline-dialog').then((module) => module.DeadlineDialog), {
  loading: nothing,
});

/** That the deadline of the plan has passed, or that it is not done by then at this pace. */
export function DeadlineBanner({ plan, deadline }: { plan: PlanView; deadline: PlanDeadline }) {
  const now = useDatabaseClock();
  if (heldByDeadline(plan, new Date(now))) return <Passed plan={plan} deadline={deadline} />;
  return <TooSlow plan={plan} deadline={deadline} now={now} />;
}

function Passed({ plan, deadline }: { plan: PlanView; deadline: PlanDeadline }) {
  const t = useTranslations('planPage.deadline');
  const { button } = usePlanAsk();
  const ready = plan.status === 'READY';
  return (
    <Banner
      kind="error"
      title={t.rich('passed', { when: () => <RelativeTime at={deadline.finishBy} absolute /> })}
      actions={
        <>
          <MoveDeadline plan={plan} />
          {button('cancel', t('cancel'))}
          {!ready && button('rollback', t('rollback'))}
        </>
      }
    >
      {t(ready ? 'notStarted' : 'holds')}
    </Banner>
  );
}

function TooSlow({ plan, deadline, now }: { plan: PlanView; deadline: PlanDeadline; now: number }) {
  const t = useTranslations('planPage.deadline');
  const store = usePlanStore();
  const { byStatus } = useFigures();
  const inTime = doneWithin(plan, byStatus, store.recentLengths(), Date.parse(deadline.finishBy) - now);
  if (inTime === null) return null;
  return (
    <Banner
      kind="warning"
      title={t.rich('tooSlow', { ...inTime, when: () => <RelativeTime at={deadline.finishBy} absolute /> })}
      actions={<MoveDeadline plan={plan} />}
    >
      {t(deadline.otherwise === 'rollback' ? 'goesBack' : 'willHold')}
    </Banner>
  );
}

function MoveDeadline({ plan }: { plan: PlanView }) {
  const t = useTranslations('planPage.deadline');
  const [open, setOpen] = useState(false);
  const { refusal } = usePlanAsk();
  const figures = useFigures();
  return (
    <>
      <ActionButton
        size="compact-sm"
        variant="default"
        refusal={refusal ?? planRefusal(plan, figures, 'setDeadline')}
        onClick={() => setOpen(true)}
      >
        {t('move')}
      </ActionButton>
      {open && <DeadlineDialog plan={plan} onClose={() => setOpen(false)} />}
    </>
  );
}

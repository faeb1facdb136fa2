'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { usePast } from '@/components/live/moment';
import { useCounted } from '@/components/live/use-live-plan';
import { ActionButton } from '@/components/ui/action-button';
import { NOT_WHOLE } from '@/domain/limited-to';
import type { PlanView } from '@/domain/view/plan-view';
import { mayBeFrozen } from './banner-kind';
import { usePlanAsk } from './plan-commands';
import classes from './plan-screen.module.css';
import { useMomentParam } from './use-moment-param';

const ShareDialog = dynamic(() => import('./share-dialog').then((module) => module.ShareDialog));
const DeadlineDialog = dynamic(() => import('./deadline-dialog').then((module) => module.DeadlineDialog));
const ScheduleDialog = dynamic(() => import('./schedule-dialog').then((module) => module.ScheduleDialog));

/** What can be done with the plan as a whole. */
export function PlanActions({ plan }: { plan: PlanView }) {
  const anyFailed = useCounted(({ byStatus }) => byStatus.FAILED > 0);
  const { button, refusal } = usePlanAsk();
  const t = useTranslations('actions');
  const words = useTranslations('plan.replay');
  const past = usePast();
  const [, setAt] = useMomentParam();
  const [open, setOpen] = useState<'share' | 'schedule' | 'deadline' | null>(null);
  const close = () => setOpen(null);
  const part = plan.partly ? NOT_WHOLE : null;
  return (
    <>
      {plan.status === 'READY' && button('start', undefined, { primary: true })}
      <div className={classes.actions}>
        {plan.status === 'READY' && (
          <ActionButton variant="default" refusal={refusal ?? part} onClick={() => setOpen('schedule')}>
            {t(plan.startAt === null ? 'schedule' : 'changeTime')}
          </ActionButton>
        )}
        {anyFailed && button('retryFailed', undefined, { primary: false })}
        {plan.status === 'PARTIAL_FAILED' && button('close', `${t('verb.close')}…`, { primary: false })}
        <span className={classes.wide}>
          <PauseOrResume plan={plan} />
        </span>
        {button('cancel', undefined, { primary: false })}
        {button('rollback', undefined, { primary: false })}
        {mayBeFrozen(plan) && (
          <ActionButton variant="default" refusal={refusal ?? part} onClick={() => setOpen('deadline')}>
            {t('deadline')}
          </ActionButton>
        )}
        <ActionButton variant="default" refusal={part} onClick={() => setOpen('share')}>
          {t('share')}
        </ActionButton>
        {plan.startedAt !== null && past === null && (
          <ActionButton variant="default" refusal={null} onClick={() => void setAt(0)}>
            {words('open')}
          </ActionButton>
        )}
      </div>
      {open === 'share' && <ShareDialog planId={plan.planId} onClose={close} />}
      {open === 'deadline' && <DeadlineDialog plan={plan} onClose={close} />}
      {open === 'schedule' && (
        <ScheduleDialog startAt={plan.startAt} startBy={plan.startBy} onClose={close} />
      )}
    </>
  );
}

/** The brake, and its release. */
export function PauseOrResume({ plan }: { plan: PlanView }) {
  const { button } = usePlanAsk();
  const resumes = plan.intent === 'pause' || plan.halted !== null;
  return resumes
    ? button('resume', undefined, { primary: false })
    : button('pause', undefined, { primary: false });
}

'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useApprovalWords } from '@/components/actions/use-approval-words';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { planRefusal } from '@/components/live/situation';
import { useDatabaseClock, useFigures } from '@/components/live/use-live-plan';
import { useApprover } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { nothing } from '@/components/ui/nothing';
import { RelativeTime } from '@/components/ui/relative-time';
import { useFocusHandedOn } from '@/components/ui/use-focus-handed-on';
import { type ApprovalRule, type FreezeOverride, namesOf } from '@/domain/approval';
import { overrideStands, whyNotGrant } from '@/domain/freeze-override';
import type { PlanCommand } from '@/domain/plan-transition';
import type { PlanView } from '@/domain/view/plan-view';
import type { Outputs } from '@/server/api/router';
import { Banner } from './banner';
import classes from './freeze-banner.module.css';
import { usePlanAsk } from './plan-commands';

// Few plans are urgent.
const OverrideDialog = dynamic(() => import('./override-dialog').then((module) => module.OverrideDialog), {
  loading: nothing,
});
const WithdrawDialog = dynamic(() => import('./override-dialog').then((module) => module.WithdrawDialog), {
  loading: nothing,
});

type Freezes = Outputs['plans']['freezes']['freezes'];

/** That freezes hold the plan, or that they do not for a while: who asked for it, who grants it, and the way to either. */
export function FreezeBanner(props: { plan: PlanView; freezes: Freezes; rule: ApprovalRule }) {
  const { plan, freezes, rule } = props;
  const now = new Date(useDatabaseClock());
  const { freezeOverride } = plan;
  const stands = overrideStands(freezeOverride, now);
  if (freezeOverride && stands === 'holds') return <Overridden plan={plan} override={freezeOverride} />;
  return (
    <>
      {freezes.length > 0 && <Frozen plan={plan} freezes={freezes} rule={rule} asks={stands !== 'waits'} />}
      {freezeOverride && stands === 'waits' && <Asked plan={plan} override={freezeOverride} />}
    </>
  );
}

/** Why a command about the override is refused now, or null. */
function useRefusal(plan: PlanView, command: PlanCommand): string | null {
  const figures = useFigures();
  const { refusal } = usePlanAsk();
  const now = useDatabaseClock();
  return refusal ?? planRefusal(plan, figures, command, new Date(now));
}

function Frozen(props: { plan: PlanView; freezes: Freezes; rule: ApprovalRule; asks: boolean }) {
  const { plan, freezes, rule, asks } = props;
  const t = useTranslations('planPage.freeze');
  const [open, setOpen] = useState(false);
  const refusal = useRefusal(plan, 'overrideFreezes');
  const [longest] = freezes;
  if (!longest) return null;
  const count = Math.max(...freezes.map(({ tenants }) => tenants));
  return (
    <Banner
      kind="warning"
      title={t.rich('holds', {
        freezes: freezes.length,
        count,
        when: () => <RelativeTime at={longest.until} absolute />,
      })}
      actions={
        asks && (
          <ActionButton size="compact-sm" variant="default" refusal={refusal} onClick={() => setOpen(true)}>
            {t('override')}
          </ActionButton>
        )
      }
    >
      {t('names', { names: freezes.map(({ name }) => name).join(', ') })} {t('goesOn')}
      {open && (
        <OverrideDialog plan={plan} until={longest.until} rule={rule} onClose={() => setOpen(false)} />
      )}
    </Banner>
  );
}

function Asked({ plan, override }: { plan: PlanView; override: FreezeOverride }) {
  const t = useTranslations('planPage.freeze');
  const trpc = useTRPC();
  const words = useApprovalWords();
  const mine = whyNotGrant(override, useApprover(plan.createdBy));
  const refusal = useRefusal(plan, 'approveOverride');
  const [told, setTold] = useState<string | null>(null);
  const approve = useChange(trpc.plans.approveOverride.mutationOptions(), [trpc.plans.freezes.pathFilter()]);
  const { planId } = plan;
  return (
    <Banner
      kind="info"
      title={t('waits', { given: override.given.length, needs: override.needs })}
      actions={
        <>
          <ActionButton
            ref={useFocusHandedOn()}
            size="compact-sm"
            variant="default"
            refusal={refusal ?? mine?.message ?? null}
            loading={approve.isPending}
            onClick={async () => {
              const given = { planId, reason: null, askedAt: override.at, requestId: newRequestId() };
              setTold(await refusalOf(approve.mutateAsync(given)));
            }}
          >
            {t('approve')}
          </ActionButton>
          <Withdraw plan={plan} granted={false} label={t('withdraw')} />
        </>
      }
    >
      {t.rich('asked', {
        who: override.by,
        reason: override.reason,
        when: () => <RelativeTime at={override.until} absolute />,
      })}
      <span className={classes.line}>{words(override)}</span>
      {told !== null && (
        <span role="alert" className={classes.line}>
          {t('refused', { reason: told })}
        </span>
      )}
    </Banner>
  );
}

function Overridden({ plan, override }: { plan: PlanView; override: FreezeOverride }) {
  const t = useTranslations('planPage.freeze');
  return (
    <Banner
      kind="info"
      title={t.rich('overridden', { when: () => <RelativeTime at={override.until} absolute /> })}
      actions={<Withdraw plan={plan} granted label={t('withdraw')} />}
    >
      {t('granted', { who: override.by, names: namesOf(override.given), reason: override.reason })}
    </Banner>
  );
}

function Withdraw(props: { plan: PlanView; granted: boolean; label: string }) {
  const { plan, granted, label } = props;
  const [open, setOpen] = useState(false);
  const refusal = useRefusal(plan, 'withdrawOverride');
  return (
    <>
      <ActionButton
        ref={useFocusHandedOn()}
        size="compact-sm"
        variant="default"
        refusal={refusal}
        onClick={() => setOpen(true)}
      >
        {label}
      </ActionButton>
      {open && <WithdrawDialog plan={plan} granted={granted} onClose={() => setOpen(false)} />}
    </>
  );
}

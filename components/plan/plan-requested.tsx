'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { planRefusal } from '@/components/live/situation';
import { useCounted } from '@/components/live/use-live-plan';
import { RequestedPill } from '@/components/ui/requested-pill';
import type { PlanIntent } from '@/domain/plan-intent';
import type { PlanView } from '@/domain/view/plan-view';
import { usePlanAsk } from './plan-commands';

type Asked = Exclude<PlanIntent, 'none' | 'close'>;
const REACHED = { pause: 'PAUSED', cancel: 'CANCELLED', rollback: 'ROLLED_BACK' } as const;

/** What was asked of the whole plan and has not come true yet: who, when, what it waits for, and the way back where there is one. */
export function PlanRequested({ plan }: { plan: PlanView }) {
  const { intent } = plan;
  if (intent === 'none' || intent === 'close' || plan.endedAt !== null) return null;
  if (plan.status === REACHED[intent]) return null;
  return <Requested plan={plan} intent={intent} />;
}

function Requested({ plan, intent }: { plan: PlanView; intent: Asked }) {
  const t = useTranslations('actions.requested');
  const { press, refusal, sending } = usePlanAsk();
  const at = useAskedAt(plan, intent);
  const running = useCounted(({ byStatus }) => byStatus.RUNNING + byStatus.ROLLING_BACK);
  const mayResume = useCounted((figures, of) => planRefusal(of, figures, 'resume') === null);
  // A pause is taken back by going on. A cancel and a rollback have no way back: the machine has none.
  const withdraws = intent === 'pause' && mayResume && refusal === null;
  return (
    <RequestedPill
      kind={intent}
      by={plan.intentBy ?? t('executor')}
      at={at}
      waitsFor={running > 0 ? t('waitsFor', { count: running }) : t('waitsForRest')}
      withdrawing={sending === 'resume'}
      onWithdraw={withdraws ? () => press('resume') : undefined}
    />
  );
}

/** When it was asked, from the log of who did what: the plan itself does not say. */
function useAskedAt({ planId, intentBy }: PlanView, intent: Asked): Date | null {
  const trpc = useTRPC();
  const log = useQuery(
    trpc.audit.list.queryOptions(
      { target: planId, action: `plan.${intent}`, actor: intentBy ?? undefined, limit: 5 },
      { staleTime: 0 },
    ),
  );
  // Refused ones are on record as well.
  return log.data?.items.find(({ action }) => action === `plan.${intent}`)?.at ?? null;
}

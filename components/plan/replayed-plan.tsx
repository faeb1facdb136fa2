'use client';

import { type ReactNode, useCallback } from 'react';
import { useTranslations } from 'use-intl';
import { MomentProvider } from '@/components/live/moment';
import { LivePlanProvider } from '@/components/live/use-live-plan';
import { EmptyState } from '@/components/ui/empty-state';
import { Loading } from '@/components/ui/loading';
import type { Replay } from '@/domain/view/replay';
import { ReplayBar } from './replay-bar';
import { useMomentParam } from './use-moment-param';
import { usePlayer } from './use-player';
import { useReplay } from './use-replay';

/** Shows what is below as it was at a moment of the past, and lets time go on from there. */
export function ReplayedPlan({ planId, children }: { planId: string; children: ReactNode }) {
  const found = useReplay(planId);
  const t = useTranslations('plan.replay');
  if (found.kind === 'failed')
    return (
      <EmptyState title={t('label')} heading={1}>
        {found.because}
      </EmptyState>
    );
  if (found.kind === 'reading') return <Loading what={t('reading', { seq: found.seq, last: found.last })} />;
  return <Played replay={found.replay}>{children}</Played>;
}

function Played({ replay, children }: { replay: Replay; children: ReactNode }) {
  const t = useTranslations('plan.replay');
  const [at, setAt] = useMomentParam();
  const rested = useCallback((seq: number) => void setAt((now) => (now === null ? null : seq)), [setAt]);
  const player = usePlayer(replay, at ?? 0, rested);
  return (
    <MomentProvider value={t('refusal')}>
      <ReplayBar replay={replay} player={player} leave={() => void setAt(null)} settle={rested} />
      <LivePlanProvider store={player.store}>{children}</LivePlanProvider>
    </MomentProvider>
  );
}

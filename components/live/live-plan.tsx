'use client';

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { EmptyState } from '@/components/ui/empty-state';
import { Loading } from '@/components/ui/loading';
import { LivePlanProvider, useLivePlan } from './use-live-plan';

/** Fetches a plan once and keeps it up by the stored events as they come, for what is below. */
export function LivePlan(props: {
  planId: string;
  /** What this is read for. */
  what: 'plan' | 'task';
  children: ReactNode;
}) {
  const t = useTranslations('planPage');
  const { planId, what, children } = props;
  const { store, error } = useLivePlan(planId);
  if (error !== null)
    return (
      <EmptyState title={t(`notShown.${what}`)} heading={1}>
        {error}
      </EmptyState>
    );
  if (!store) return <Loading what={t(`reading.${what}`)} />;
  return <LivePlanProvider store={store}>{children}</LivePlanProvider>;
}

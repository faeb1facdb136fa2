'use client';

import type { ReactNode } from 'react';
import { EmptyState } from '@/components/ui/empty-state';
import { Loading } from '@/components/ui/loading';
import { LivePlanProvider, useLivePlan } from './use-live-plan';

/** Fetches a plan once and keeps it up by the stored events as they come, for what is below. */
export function LivePlan(props: {
  planId: string;
  /** "plan" or "task": what this is read for. */
  what: string;
  children: ReactNode;
}) {
  const { planId, what, children } = props;
  const { store, error } = useLivePlan(planId);
  if (error !== null)
    return (
      <EmptyState title={`This ${what} cannot be shown`} heading={1}>
        {error}
      </EmptyState>
    );
  if (!store) return <Loading what={`Reading the ${what}`} />;
  return <LivePlanProvider store={store}>{children}</LivePlanProvider>;
}

'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTRPC } from '@/components/api/client';
import { usePast } from '@/components/live/moment';
import { ofExecutor, usePlansNews } from '@/components/live/plans-news';
import { useCounted, usePlanView } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import { USUAL_OVERRIDE } from '@/domain/freeze-override';
import type { PlanView } from '@/domain/view/plan-view';
import { bannerOf, type ExecutorNews, mayBeFrozen } from './banner-kind';

// Most plans have nothing in their way.
const ExecutorBanners = dynamic(() => import('./plan-banner').then((module) => module.ExecutorBanners), {
  loading: nothing,
});
const PlanBanner = dynamic(() => import('./plan-banner').then((module) => module.PlanBanner), {
  loading: nothing,
});

const FreezeBanner = dynamic(() => import('./freeze-banner').then((module) => module.FreezeBanner), {
  loading: nothing,
});

const DeadlineBanner = dynamic(() => import('./deadline-banner').then((module) => module.DeadlineBanner), {
  loading: nothing,
});

/** What keeps the plan from going on, the gravest first, each with the way out of it. */
export function PlanBanners() {
  const plan = usePlanView();
  const kind = useCounted((figures, of) => bannerOf(of, figures));
  const { stopped, trouble } = useExecutorNews(plan);
  const { freezes, rule, frozen } = useFreezes(plan);
  return (
    <>
      {(stopped || trouble) && <ExecutorBanners stopped={stopped} trouble={trouble} />}
      {kind && <PlanBanner plan={plan} kind={kind} />}
      {plan.deadline && mayBeFrozen(plan) && <DeadlineBanner plan={plan} deadline={plan.deadline} />}
      {frozen && <FreezeBanner plan={plan} freezes={freezes} rule={rule} />}
    </>
  );
}

/** Freezes come and go by the clock. */
const FREEZES_EVERY_MILLIS = 30_000;

function useFreezes(plan: PlanView) {
  const trpc = useTRPC();
  const enabled = usePast() === null && mayBeFrozen(plan);
  const read = useQuery(
    trpc.plans.freezes.queryOptions(
      { planId: plan.planId },
      { staleTime: 0, refetchInterval: FREEZES_EVERY_MILLIS, enabled },
    ),
  );
  const { freezes = [], rule = USUAL_OVERRIDE } = read.data ?? {};
  return { freezes, rule, frozen: enabled && (freezes.length > 0 || plan.freezeOverride !== null) };
}

function useExecutorNews(plan: PlanView): ExecutorNews {
  const trpc = useTRPC();
  const overview = useQuery(trpc.executor.nodes.queryOptions(undefined, { staleTime: 0 }));
  usePlansNews(trpc.executor.nodes.pathFilter(), ofExecutor);
  const { stopped, nodes = [] } = overview.data ?? {};
  const trouble = nodes.flatMap((node) => (node.alive && node.trouble[plan.planId]) || [])[0];
  return { stopped: plan.endedAt === null ? stopped : undefined, trouble };
}

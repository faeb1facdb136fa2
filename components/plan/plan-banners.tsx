'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTRPC } from '@/components/api/client';
import { ofExecutor, usePlansNews } from '@/components/live/plans-news';
import { useCounted, usePlanView } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import type { PlanView } from '@/domain/view/plan-view';
import { bannerOf, type ExecutorNews } from './banner-kind';

// Most plans have nothing in their way.
const ExecutorBanners = dynamic(() => import('./plan-banner').then((module) => module.ExecutorBanners), {
  loading: nothing,
});
const PlanBanner = dynamic(() => import('./plan-banner').then((module) => module.PlanBanner), {
  loading: nothing,
});

/** What keeps the plan from going on, the gravest first, each with the way out of it. */
export function PlanBanners() {
  const plan = usePlanView();
  const kind = useCounted((figures, of) => bannerOf(of, figures));
  const { stopped, trouble } = useExecutorNews(plan);
  return (
    <>
      {(stopped || trouble) && <ExecutorBanners stopped={stopped} trouble={trouble} />}
      {kind && <PlanBanner plan={plan} kind={kind} />}
    </>
  );
}

function useExecutorNews(plan: PlanView): ExecutorNews {
  const trpc = useTRPC();
  const overview = useQuery(trpc.executor.nodes.queryOptions(undefined, { staleTime: 0 }));
  usePlansNews(trpc.executor.nodes.pathFilter(), ofExecutor);
  const { stopped, nodes = [] } = overview.data ?? {};
  const trouble = nodes.flatMap((node) => (node.alive && node.trouble[plan.planId]) || [])[0];
  return { stopped: plan.endedAt === null ? stopped : undefined, trouble };
}

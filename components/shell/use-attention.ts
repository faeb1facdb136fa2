'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/components/api/client';
import { OF_THE_FLEET_MILLIS, usePlansNews } from '@/components/live/plans-news';
import type { Place } from './places';

/** What waits for the person at this screen, or went wrong, at a place, for its mark in the navigation. */
export type Attention = Partial<Record<Place, { kind: 'waiting' | 'failures'; count: number }>>;

export function useAttention(): Attention {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.fleet.attention.queryOptions());
  usePlansNews(trpc.fleet.attention.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  return {
    ...(data && data.failures > 0 ? { fleet: { kind: 'failures', count: data.failures } } : {}),
    ...(data && data.forYou > 0 ? { executor: { kind: 'waiting', count: data.forYou } } : {}),
  };
}

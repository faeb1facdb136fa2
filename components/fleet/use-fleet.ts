'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC } from '@/components/api/client';
import { OF_THE_FLEET_MILLIS, usePlansNews } from '@/components/live/plans-news';
import { fromColumn } from '@/domain/view/columns';
import type { FleetTenant } from '@/domain/view/fleet-view';

/** Every tenant with what it runs of a unit, read again some seconds after something changed. */
export function useFleet(unitId: string | null) {
  const trpc = useTRPC();
  const map = useQuery(
    trpc.fleet.map.queryOptions(unitId === null ? {} : { unitId }, {
      placeholderData: keepPreviousData,
      // Ten thousand rows are not compared one by one: they are read anew when something changed.
      structuralSharing: false,
    }),
  );
  usePlansNews(trpc.fleet.map.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  const tenants = useMemo(
    () => (map.data ? (fromColumn(map.data.tenants, map.data.count) as unknown as FleetTenant[]) : []),
    [map.data],
  );
  return { map, tenants };
}

/** What is under way and what is wrong, kept up likewise. */
export function useFleetOverview() {
  const trpc = useTRPC();
  const overview = useQuery(trpc.fleet.overview.queryOptions());
  usePlansNews(trpc.fleet.overview.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  return overview;
}

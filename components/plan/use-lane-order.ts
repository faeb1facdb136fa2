'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC } from '@/components/api/client';
import type { LaneOrder } from '@/components/live/lane-order';
import { labelOf } from '@/components/live/lane-sections';
import { usePlanStore } from '@/components/live/use-live-plan';
import { fromColumn } from '@/domain/view/columns';
import { useTaskFilter } from './status-filter';

/** The lanes as the address wants them. What tenants have for a label is fetched when somebody groups by it. */
export function useLaneOrder(): LaneOrder {
  const store = usePlanStore();
  const [filter] = useTaskFilter();
  const trpc = useTRPC();
  const key = labelOf(filter.group);
  const { data } = useQuery(
    trpc.plans.labels.queryOptions(
      { planId: store.plan().planId, key: key ?? '' },
      { enabled: key !== null },
    ),
  );
  const labels = useMemo(
    () => (data ? (fromColumn(data.values, data.count) as (string | null)[]) : undefined),
    [data],
  );
  if (key !== null && !labels) return store.lanes({ ...filter, group: 'none' });
  return store.lanes(labels ? { ...filter, labels } : filter);
}

'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPCClient } from '@/components/api/client';
import type { TenantChoice, TenantFilter } from '@/domain/tenant-choice';

const EVERYONE: TenantFilter = {};

/** What the choice comes to, counted by the server; `shown` are those that are looked at. */
export function useChosen(choice: TenantChoice, shown: TenantFilter = EVERYONE) {
  const client = useTRPCClient();
  return useQuery({
    queryKey: ['chosen-tenants', choice, shown],
    queryFn: () => client.tenants.chosen.mutate({ choice, shown }),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}

'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Building2, Route } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTRPC } from '@/components/api/client';
import type { Entry, Group } from './palette-entries';

const PAUSE_MILLIS = 150;
const MOST = 6;

/** Plans and tenants that the server finds for these words and no others. */
export function useFound(query: string): { found: Group[]; searching: boolean } {
  const trpc = useTRPC();
  const router = useRouter();
  const words = query.trim();
  const [q] = useDebouncedValue(words, PAUSE_MILLIS);
  const asked = { q, limit: MOST };
  const how = { enabled: q !== '' };
  const plans = useQuery(trpc.plans.list.queryOptions(asked, how));
  const tenants = useQuery(trpc.tenants.list.queryOptions(asked, how));
  // What was found for other words is not shown: somebody may press Enter on it.
  if (words === '' || q !== words) return { found: [], searching: words !== '' };

  const entry = (href: string, label: string, hint: string, Icon: Entry['Icon']): Entry => ({
    id: href,
    label,
    hint,
    Icon,
    key: null,
    refusal: null,
    run: () => router.push(href),
  });
  const found: Group[] = [
    {
      name: 'plans',
      entries: (plans.data?.items ?? []).map(({ planId, name, headline }) =>
        entry(`/plans/${planId}`, `${planId} ${name}`, headline, Route),
      ),
    },
    {
      name: 'tenants',
      entries: (tenants.data?.items ?? []).map(({ tenantId, name, units }) =>
        entry(
          `/tenants/${tenantId}`,
          name === tenantId ? tenantId : `${tenantId} ${name}`,
          units.map(({ unitName, current }) => `${unitName} ${current}`).join(', '),
          Building2,
        ),
      ),
    },
  ];
  return {
    found: found.filter(({ entries }) => entries.length > 0),
    searching: plans.isFetching || tenants.isFetching,
  };
}

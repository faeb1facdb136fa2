'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPCClient } from '@/components/api/client';
import type { Json } from './json-value';

const PAUSE_MILLIS = 400;

/** What is wrong with what is written, as the server would say on saving; asked when the typing pauses. */
export function usePlaybookCheck(definition: Json) {
  const client = useTRPCClient();
  const [asked] = useDebouncedValue(definition, PAUSE_MILLIS);
  const check = useQuery({
    queryKey: ['playbook-check', asked],
    queryFn: () => client.playbooks.check.mutate({ definition: asked }),
    placeholderData: keepPreviousData,
    enabled: asked !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return {
    problems: check.data?.problems ?? [],
    /** It speaks of what is written now. */
    settled: check.isSuccess && !check.isPlaceholderData && asked === definition,
    error: check.error,
  };
}

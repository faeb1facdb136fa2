'use client';

import { Paper, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { useListed } from '@/components/api/pages';
import { EventList } from '@/components/live/event-list';
import { useLiveEvents, usePlanStore } from '@/components/live/use-live-plan';
import { Problem } from '@/components/ui/problem';
import { ShowMore } from '@/components/ui/show-more';

const PAGE = 400;

/** The events of the plan, newest first; what comes while the page is open is added on top. */
export function PlanEvents() {
  const t = useTranslations('planPage.events');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const store = usePlanStore();
  const live = useLiveEvents();
  const { planId } = store.plan();
  // Only where the list began: later news come through the live connection.
  const [start, setStart] = useState(() => store.planSeq());
  const [oldest, newest] = [live[0]?.planSeq, live.at(-1)?.planSeq];
  useEffect(() => {
    // The live list forgot some that came since: begin again, so that none is missing in between.
    if (oldest !== undefined && newest !== undefined && oldest > start + 1) setStart(newest);
  }, [oldest, newest, start]);
  const stored = useInfiniteQuery({
    queryKey: [...trpc.plans.events.queryKey({ planId }), 'before', start],
    // Backwards: numbers have no gaps, so those before one are as many as it says.
    queryFn: async ({ pageParam: last }) => {
      const after = Math.max(0, last - PAGE);
      const { events } = await client.plans.events.query({ planId, after, limit: Math.max(1, last - after) });
      return { items: events.toReversed(), total: start, next: null };
    },
    initialPageParam: start,
    placeholderData: keepPreviousData,
    getNextPageParam: (_page, _pages, last) => (last > PAGE ? last - PAGE : null),
  });
  const listed = useListed(stored, (event) => event.planSeq);
  const events = useMemo(
    () => [...live.filter((event) => event.planSeq > start).reverse(), ...listed.items],
    [live, listed.items, start],
  );
  const total = start + (events[0] ? Math.max(0, events[0].planSeq - start) : 0);
  return (
    <>
      {stored.isError && <Problem title={t('unread')}>{errorText(stored.error)}</Problem>}
      <Paper withBorder>
        {events.length === 0 ? (
          <Text p="lg" c="dimmed">
            {t(stored.isPending ? 'reading' : 'none')}
          </Text>
        ) : (
          <EventList events={events} tenant />
        )}
      </Paper>
      <ShowMore list={{ ...listed, items: events, total }} what={t('what')} />
    </>
  );
}

'use client';

import { Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '@/components/api/client';
import { useLiveEvents, usePlanStore } from '@/components/live/use-live-plan';
import { EventList } from './event-list';

const WINDOW = 400;

/** The newest events of the plan, newest first; what comes while the page is open is added on top. */
export function PlanEvents() {
  const trpc = useTRPC();
  const store = usePlanStore();
  const live = useLiveEvents();
  const { planId } = store.snapshot().plan;
  // Only where the list began: later news come through the live connection.
  const [after] = useState(() => Math.max(0, store.snapshot().planSeq - WINDOW));
  const stored = useQuery(trpc.plans.events.queryOptions({ planId, after, limit: 1000 }));
  const known = stored.data ?? [];
  const last = known.at(-1)?.planSeq ?? after;
  const events = [...known, ...live.filter((event) => event.planSeq > last)].reverse().slice(0, WINDOW);
  return (
    <Paper withBorder>
      {events.length === 0 ? (
        <Text p="lg" c="dimmed">
          {stored.isPending ? 'Reading the events…' : 'Nothing has happened yet.'}
        </Text>
      ) : (
        <EventList events={events} tenant />
      )}
    </Paper>
  );
}

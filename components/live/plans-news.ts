'use client';

import { type QueryFilters, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { liveSocket } from './socket';

/** At most this often, however many plans change: a list of thousands is not free. */
const AT_MOST_EVERY_MILLIS = 1000;
/** What shows the whole fleet is read less often. */
export const OF_THE_FLEET_MILLIS = 4000;

/** The hint that the global stop was set or lifted. */
export const ofExecutor = (changed: string) => changed === 'executor';

/**
 * Fetches something again whenever the server says that some plan changed (or, with `concerns`, what it accepts), and
 * after each reconnect.
 */
export function usePlansNews(
  stale: QueryFilters,
  concerns?: (changed: string) => boolean,
  atMostEvery = AT_MOST_EVERY_MILLIS,
): void {
  const queries = useQueryClient();
  const filter = useRef(stale);
  const wanted = useRef(concerns);
  useEffect(() => {
    filter.current = stale;
    wanted.current = concerns;
  });
  useEffect(() => {
    const socket = liveSocket();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        // It would give up what is under way, such as the next page that somebody asked for.
        if (queries.isFetching(filter.current) > 0) refresh();
        else void queries.invalidateQueries(filter.current);
      }, atMostEvery);
    };
    const hear = ({ planIds }: { planIds: string[] }) => {
      if (!wanted.current || planIds.some(wanted.current)) refresh();
    };
    const watch = () => {
      socket.emit('watchPlans');
      // What changed while the line was down was told to nobody.
      refresh();
    };
    socket.on('connect', watch);
    socket.on('plans', hear);
    if (socket.connected) watch();
    return () => {
      clearTimeout(waiting);
      socket.off('connect', watch);
      socket.off('plans', hear);
    };
  }, [queries, atMostEvery]);
}

'use client';

import { type QueryFilters, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { liveSocket } from '@/components/live/socket';

/** At most this often, however many plans change: a list of thousands is not free. */
const AT_MOST_EVERY_MILLIS = 1000;

/** Fetches something again whenever the server says that some plan changed, and after each reconnect. */
export function usePlansNews(stale: QueryFilters): void {
  const queries = useQueryClient();
  const filter = useRef(stale);
  useEffect(() => {
    filter.current = stale;
  });
  useEffect(() => {
    const socket = liveSocket();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        void queries.invalidateQueries(filter.current);
      }, AT_MOST_EVERY_MILLIS);
    };
    const watch = () => {
      socket.emit('watchPlans');
      // What changed while the line was down was told to nobody.
      refresh();
    };
    socket.on('connect', watch);
    socket.on('plans', refresh);
    if (socket.connected) watch();
    return () => {
      clearTimeout(waiting);
      socket.off('connect', watch);
      socket.off('plans', refresh);
    };
  }, [queries]);
}

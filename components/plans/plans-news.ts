'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { io, type Socket } from 'socket.io-client';
import { useTRPC } from '@/components/api/client';
import type { LiveClientMessages, LiveServerMessages } from '@/server/realtime/protocol';

/** Fetches lists of plans again whenever the server says that some plan changed, and after each reconnect. */
export function usePlansNews(): void {
  const queries = useQueryClient();
  const trpc = useTRPC();
  useEffect(() => {
    const socket: Socket<LiveServerMessages, LiveClientMessages> = io('/live', { transports: ['websocket'] });
    const refresh = () => void queries.invalidateQueries(trpc.plans.list.pathFilter());
    let connectedBefore = false;
    socket.on('connect', () => {
      socket.emit('watchPlans');
      // What changed while the line was down was told to nobody.
      if (connectedBefore) refresh();
      connectedBefore = true;
    });
    socket.on('plans', refresh);
    return () => {
      socket.disconnect();
    };
  }, [queries, trpc]);
}

'use client';

import { useSyncExternalStore } from 'react';
import { io, type Socket } from 'socket.io-client';
import { useTranslations } from 'use-intl';
import { holdClocks } from '@/components/ui/clock';
import type { ConnectionState } from '@/components/ui/connection-pill';
import type { LiveClientMessages, LiveServerMessages } from '@/server/realtime/protocol';

export type LiveSocket = Socket<LiveServerMessages, LiveClientMessages>;

const LIVE: ConnectionState = { kind: 'live' };
const CAUGHT_UP_MILLIS = 5000;
const RETRY_MILLIS = 3000;

let shared: LiveSocket | null = null;
let state: ConnectionState = LIVE;
let lastNews = Date.now();
const listeners = new Set<() => void>();

/** The one connection of this tab, opened by the first who asks. */
export function liveSocket(): LiveSocket {
  if (shared) return shared;
  const socket: LiveSocket = io('/live', { withCredentials: true, reconnectionDelayMax: 5000 });
  socket.on('connect', () => {
    lastNews = Date.now();
    if (state.kind === 'reconnecting') setState(LIVE);
  });
  socket.on('disconnect', (reason) => {
    setState({ kind: 'reconnecting', dataFrom: lastNews });
    // The library does not come back by itself when the server closed the connection.
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), RETRY_MILLIS);
  });
  socket.on('connect_error', () => {
    if (state.kind !== 'reconnecting') setState({ kind: 'reconnecting', dataFrom: lastNews });
    if (!socket.active) setTimeout(() => socket.connect(), RETRY_MILLIS);
  });
  socket.on('events', () => {
    lastNews = Date.now();
  });
  shared = socket;
  return socket;
}

/** Shown for a moment after a reconnect that brought something. */
export function reportCaughtUp(events: number): void {
  if (events === 0) return;
  const caughtUp: ConnectionState = { kind: 'caughtUp', events };
  setState(caughtUp);
  setTimeout(() => {
    if (state === caughtUp) setState(LIVE);
  }, CAUGHT_UP_MILLIS);
}

function setState(next: ConnectionState): void {
  state = next;
  holdClocks(next.kind === 'reconnecting');
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Why nothing can be asked for now, or null: what is shown may be old while the connection is away. */
export function useOffline(): string | null {
  const t = useTranslations('planPage');
  return useConnection().kind === 'reconnecting' ? t('offline') : null;
}

/** How fresh what the page shows is. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => LIVE,
  );
}

'use client';

import { parseAsBoolean, useQueryState } from 'nuqs';
import {
  createContext,
  type ReactNode,
  useContext,
  useLayoutEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import type { TimeAxis } from './time-axis';
import { TimeView } from './time-view';

const Context = createContext(new TimeView());

export function TimeViewProvider({ view, children }: { view: TimeView; children: ReactNode }) {
  return <Context value={view}>{children}</Context>;
}

/** How the shared time lies on the screen; re-renders when it lies otherwise. */
export function useTimeAxis(): TimeAxis {
  const view = useContext(Context);
  return useSyncExternalStore(view.subscribe, view.axis, view.axis);
}

export function useIsZoomed(): boolean {
  const view = useContext(Context);
  return useSyncExternalStore(view.subscribe, view.isZoomed, view.isZoomed);
}

/** The time as the lanes of this plan show it. */
export function useTimeView(): TimeView {
  const store = usePlanStore();
  // Laid out once before anything is drawn.
  return useMemo(() => {
    const view = new TimeView();
    lookAt(view, store, Date.now() + store.clockOffset());
    return view;
  }, [store]);
}

/** Shows what there is of the plan now. */
export function lookAt(view: TimeView, store: ReturnType<typeof usePlanStore>, now: number): void {
  const { startedAt, endedAt } = store.plan();
  const from = startedAt === null ? now : Date.parse(startedAt);
  const to = endedAt === null ? null : Math.max(from, Date.parse(endedAt), store.lastEnd());
  view.look({ from, to, busy: store.busyTimes().until(now) }, now);
}

const FIVE_MINUTES = 5 * 60_000;
const STEP = 1.6;
const MIDDLE = 50;

/** What somebody can do with the time that is shown. */
export interface TimeCommands {
  zoomIn: () => void;
  zoomOut: () => void;
  /** Around a place, in percent of the axis. */
  zoomAround: (factor: number, place: number) => void;
  /** By a share of what is shown. */
  pan: (share: number) => void;
  fit: () => void;
  lastMinutes: () => void;
  toggleFollow: () => void;
}

/** The commands on the time shown, and whether it follows the present; the address keeps that. */
export function useTimeCommands(): TimeCommands & { follows: boolean } {
  const view = useContext(Context);
  const runs = usePlanView().endedAt === null;
  const [follows, setFollows] = useQueryState('follow', parseAsBoolean.withDefault(true));
  useLayoutEffect(() => view.follow(follows), [view, follows]);
  return useMemo(() => {
    const follow = (on: boolean) => {
      view.follow(on);
      if (runs) void setFollows(on);
    };
    const leave = () => {
      if (runs) void setFollows(false);
    };
    const zoom = (factor: number) => {
      view.zoom(factor, follows && runs ? view.present() : MIDDLE);
      if (follows && runs) view.follow(true);
    };
    return {
      follows,
      zoomIn: () => zoom(STEP),
      zoomOut: () => zoom(1 / STEP),
      zoomAround: (factor, place) => {
        view.zoom(factor, place);
        leave();
      },
      pan: (share) => {
        if (!view.isZoomed()) return;
        view.pan(share);
        leave();
      },
      fit: () => {
        view.fit();
        follow(true);
      },
      lastMinutes: () => {
        view.showLast(FIVE_MINUTES);
        follow(true);
      },
      toggleFollow: () => follow(!follows),
    };
  }, [view, runs, follows, setFollows]);
}

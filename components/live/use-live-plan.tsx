'use client';

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { errorText, useTRPCClient } from '@/components/api/client';
import { useClock } from '@/components/ui/clock';
import { fromColumnar } from '@/domain/view/columnar-snapshot';
import type { LiveEvent, PlanView, TaskView } from '@/domain/view/plan-view';
import { listen } from '@/server/realtime/listen';
import type { PendingCommand } from './plan-command';
import { PlanStore } from './plan-store';
import type { Figures } from './plan-tally';
import { liveSocket, reportCaughtUp } from './socket';

const Context = createContext<PlanStore | null>(null);

/** Makes the plan live for everything below it. */
export function LivePlanProvider({ store, children }: { store: PlanStore; children: ReactNode }) {
  return <Context value={store}>{children}</Context>;
}

/** What there is of a plan: nothing yet, the reason why not, or its live store. */
type Reading = { store: PlanStore | null; error: string | null };

/**
 * Fetches a plan and keeps it live. Join sends what came after the snapshot, so nothing falls between the two;
 * what overlaps is dropped by its number.
 */
export function useLivePlan(planId: string): Reading {
  const client = useTRPCClient();
  const [live, setLive] = useState<Reading>({ store: null, error: null });

  useEffect(() => {
    const socket = liveSocket();
    let store: PlanStore | null = null;
    let over = false;
    let missed: { from: number } | null = null;
    let fetching = false;
    /** What came before there was anything to apply it to. */
    let early: LiveEvent[] = [];

    const join = () => {
      if (store) socket.emit('join', { planId, planSeq: store.planSeq() }, () => {});
    };
    const caughtUp = (planSeq: number) => {
      if (missed) reportCaughtUp(planSeq - missed.from);
      missed = null;
    };
    const fetchSnapshot = async () => {
      // What is asked for meanwhile is in it, or comes with the join after it.
      if (fetching) return;
      fetching = true;
      try {
        const snapshot = fromColumnar(await client.plans.snapshot.query({ planId, columns: true }));
        if (over) return;
        if (store) {
          store.replace(snapshot);
          caughtUp(store.planSeq());
        } else {
          store = new PlanStore(snapshot, (planSeq) => socket.emit('gap', { planId, planSeq }));
          setLive({ store, error: null });
        }
        join();
      } catch (error) {
        if (!over && !store) setLive({ store: null, error: errorText(error) });
      } finally {
        fetching = false;
        if (store && early.length > 0) store.receive(early);
        early = [];
      }
    };
    const receive = (events: readonly LiveEvent[]) => {
      // Beyond a hole that is being filled, nothing can be applied.
      if (!store || fetching) {
        early.push(...events);
        return;
      }
      store.receive(events);
      caughtUp(events.at(-1)?.planSeq ?? store.planSeq());
    };
    const onDisconnect = () => {
      if (store) missed = { from: store.planSeq() };
    };
    socket.on('connect', join);
    socket.on('disconnect', onDisconnect);
    const stop = listen(socket, {
      events: (of, events) => of === planId && receive(events),
      snapshot: (of) => of === planId && void fetchSnapshot(),
    });
    void fetchSnapshot();
    return () => {
      over = true;
      socket.emit('leave', { planId });
      socket.off('connect', join);
      socket.off('disconnect', onDisconnect);
      stop();
    };
  }, [client, planId]);

  return live;
}

/** The store of the plan this stands in. */
export function usePlanStore(): PlanStore {
  const store = useContext(Context);
  if (!store) throw new Error('usePlanStore needs a LivePlanProvider above it');
  return store;
}

/** The plan without its tasks; changes only when the plan itself does. */
export function usePlanView(): PlanView {
  const store = usePlanStore();
  return useSyncExternalStore(store.subscribe, store.plan, store.plan);
}

const NEVER = () => () => {};

/** What is counted over all tasks; a few times a second while they change, if somebody looks. */
export function useFigures(looking = true): Figures {
  const store = usePlanStore();
  return useSyncExternalStore(looking ? store.subscribeCounts : NEVER, store.figures, store.figures);
}

/** Something that follows from what is counted: re-renders only when it is another value. */
export function useCounted<T extends string | number | boolean | null>(
  of: (figures: Figures, plan: PlanView) => T,
): T {
  const store = usePlanStore();
  const read = () => of(store.figures(), store.plan());
  return useSyncExternalStore(store.subscribeCounts, read, read);
}

/** All tasks as they are now, a few times a second: for what is open a while and looks at many. */
export function useTasks(): readonly TaskView[] {
  useFigures();
  return usePlanStore().tasks();
}

/** One task; re-renders for this task alone. */
export function useTask(taskId: string): TaskView | undefined {
  const store = usePlanStore();
  const subscribe = useCallback((told: () => void) => store.subscribeTask(taskId, told), [store, taskId]);
  const read = () => store.task(taskId);
  return useSyncExternalStore(subscribe, read, read);
}

/** What was sent for a task and is not answered by an event yet. */
export function usePendingCommand(taskId: string): PendingCommand | undefined {
  const store = usePlanStore();
  const subscribe = useCallback((told: () => void) => store.subscribeTask(taskId, told), [store, taskId]);
  const read = () => store.command(taskId);
  return useSyncExternalStore(subscribe, read, read);
}

/** Events that came while the page was open, oldest first. */
export function useLiveEvents(): readonly LiveEvent[] {
  const store = usePlanStore();
  return useSyncExternalStore(store.subscribe, store.events, store.events);
}

/** Database time in epoch milliseconds, to the second. */
export function useDatabaseClock(): number {
  return useClock() + usePlanStore().clockOffset();
}

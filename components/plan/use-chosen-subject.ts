'use client';

import { useMemo, useRef } from 'react';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { BulkSubject } from './bulk-press';
import { useSelection } from './selection';
import { useTaskFilter } from './status-filter';

/** The chosen tasks as whom a bulk action is for; what was chosen as "everything" stays that. */
export function useChosenSubject(): BulkSubject {
  const store = usePlanStore();
  const selection = useSelection();
  const [filter] = useTaskFilter();
  const latest = useRef(filter);
  latest.current = filter;
  return useMemo(() => {
    const ids = () =>
      selection?.everything() ? store.lanes(latest.current).ids() : [...(selection?.ids() ?? [])];
    const tasks = () => ids().flatMap((id) => store.task(id) ?? []);
    return {
      tasks,
      filter: () => {
        if (!selection?.everything()) return { taskIds: tasks().map(({ taskId }) => taskId) };
        const { status, q } = latest.current;
        return { ...(status.length > 0 ? { status } : {}), ...(q.trim() ? { q: q.trim() } : {}) };
      },
      onSent: () => selection?.clear(),
    };
  }, [store, selection]);
}

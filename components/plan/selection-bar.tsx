'use client';

import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import type { LaneOrder } from '@/components/live/lane-order';
import { nothing } from '@/components/ui/nothing';
import { useAnyChosen, useSelection } from './selection';
import { useTaskFilter } from './status-filter';

// Most visits choose none.
const ChosenTasks = dynamic(() => import('./chosen-tasks').then((module) => module.ChosenTasks), {
  loading: nothing,
});

/** What can be done with the chosen tasks, once there are some. */
export function SelectionBar({ order }: { order: LaneOrder }) {
  const selection = useSelection();
  const [filter] = useTaskFilter();
  const what = `${filter.q} ${filter.status.join()}`;
  useEffect(() => {
    // What "everything that matches" means has changed under the selection.
    if (what) return () => selection?.clear();
  }, [what, selection]);
  return useAnyChosen() ? <ChosenTasks order={order} /> : null;
}

'use client';

import dynamic from 'next/dynamic';
import type { LaneOrder } from '@/components/live/lane-order';
import { useTask } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import { Timeline } from './timeline';
import classes from './timeline.module.css';
import { useOpenedTask } from './use-opened-task';

// Most visits open none.
const TaskPanel = dynamic(() => import('./task-panel').then((module) => module.TaskPanel), {
  loading: nothing,
});

/** The timeline, and beside it the task that was opened. */
export function TimelinePane({ order }: { order: LaneOrder }) {
  const opened = useOpenedTask();
  // Whatever the address says.
  const taskId = useTask(opened.taskId ?? '')?.taskId ?? null;
  return (
    <div className={classes.pane} data-open={taskId !== null || undefined}>
      <Timeline order={order} opened={opened} />
      {taskId !== null && <TaskPanel taskId={taskId} onClose={() => opened.show(null)} />}
    </div>
  );
}

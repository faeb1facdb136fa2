import { EMPTY_LANE } from '@/domain/lane';
import { UNSTARTED } from '@/domain/task';
import type { TaskView } from './plan-view';

const { previous: _, ...unstarted } = UNSTARTED;

/** What a task shows before anything has happened to it. */
export const UNTOUCHED = {
  ...unstarted,
  wave: 0,
  heartbeatAt: null,
  previousVersion: null,
  newerTaskStarted: false,
  lane: EMPTY_LANE,
  probe: null,
} satisfies Partial<TaskView>;

import { EMPTY_LANE } from '@/domain/lane';
import type { TaskView } from '@/domain/view/plan-view';

/** A task of PLN-1 that waits for its turn. */
export const pendingTask = (ordinal: number): TaskView => ({
  taskId: `PLN-1.${ordinal}`,
  tenantId: `t${ordinal}`,
  tenantName: `Tenant ${ordinal}`,
  ordinal,
  wave: 0,
  status: 'PENDING',
  direction: 'forward',
  stageIndex: 0,
  currentStage: null,
  attempt: 0,
  retryCount: 0,
  request: null,
  heldBy: null,
  failure: null,
  counted: false,
  stageStarted: false,
  configSent: false,
  callsSent: false,
  startedAt: null,
  endedAt: null,
  durationMillis: null,
  heartbeatAt: null,
  previousVersion: null,
  newerTaskStarted: false,
  lane: EMPTY_LANE,
  probe: null,
});

import { DEFAULT_POLICIES } from '@/domain/policies/choice';
import type { PlanSnapshot, PlanView, TaskView } from '@/domain/view/plan-view';
import { pendingTask } from './pending-task';

export const AT = '2026-01-01T10:00:00.000Z';

/** A started plan of two stages that switches its tenants to v2. */
export const runningPlan: PlanView = {
  planId: 'PLN-1',
  name: 'Plan',
  status: 'RUNNING',
  intent: 'none',
  intentBy: null,
  halted: null,
  urgent: null,
  rollbackTo: null,
  countingSince: null,
  maxConcurrency: 5,
  maxRetry: 3,
  unitId: 'edge',
  unitName: 'Edge',
  version: 'v2',
  playbookId: 'p',
  playbookVersion: 1,
  stages: ['Canary', 'All'],
  createdBy: 'Li Wei',
  createdAt: AT,
  startedAt: AT,
  startAt: null,
  startBy: null,
  endedAt: null,
  policies: DEFAULT_POLICIES,
  waves: [],
  approvals: {},
  driftGuard: true,
  thresholds: {},
  wave: 0,
  lastWave: 0,
  bakeUntil: null,
  startApproval: null,
  freezeOverride: null,
  deadline: null,
  gate: null,
  partly: false,
  eventsRemovedAt: null,
};

/** A snapshot with one task for each of these. */
export const snapshotOf = (
  tasks: readonly Partial<TaskView>[],
  plan: Partial<PlanView> = {},
): PlanSnapshot => ({
  planSeq: 10,
  now: AT,
  plan: { ...runningPlan, ...plan },
  tasks: tasks.map((task, index) => ({ ...pendingTask(index + 1), ...task })),
});

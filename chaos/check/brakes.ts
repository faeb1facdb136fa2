import type { Findings } from './findings';
import type { History } from './history';

/**
 * Brakes stop only what goes forward (SPEC 5): whatever stands still at rest, no rollback is under way, and none waits
 * that has its tenant, unless an operator halted the rollback of its plan.
 */
export function checkRollbacks({ atRest, plans, tasks, holds }: History, findings: Findings): void {
  if (!atRest) return;
  const holderOf = new Map(holds.map((hold) => [hold.tenantId, hold.taskId]));
  const isFree = (task: { tenantId: string; taskId: string }) =>
    (holderOf.get(task.tenantId) ?? task.taskId) === task.taskId;
  for (const { plan } of plans) {
    const own = tasks.map(({ task }) => task).filter((task) => task.planId === plan.planId);
    for (const { taskId, status } of own)
      if (status === 'ROLLING_BACK')
        findings.add('rollback', taskId, 'never came to the end of its rollback');
    if (plan.halted?.rollbacks) continue;
    const waiting = own.filter((task) => task.request?.kind === 'rollback' && task.status !== 'RUNNING');
    // One at a time: a blocked head blocks the plan.
    if (plan.maxConcurrency === 1 && !waiting.every(isFree)) continue;
    for (const task of waiting)
      if (isFree(task)) findings.add('rollback', task.taskId, `is ${task.status} and waits for its rollback`);
  }
}

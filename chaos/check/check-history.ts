import { checkApprovals } from './approvals';
import { checkRollbacks } from './brakes';
import { checkCalls } from './calls';
import { checkAwake, checkDrivers } from './drivers';
import { Findings } from './findings';
import type { History, Violation } from './history';
import { checkInstances } from './instances';
import { checkNewest } from './newest';
import { checkPages, type Page } from './pages';
import { replayPlans } from './plan-replay';
import { checkRounds } from './rounds';
import { checkSequences } from './sequences';
import { TaskReplay } from './task-replay';
import { checkCheckpoints, checkHolds, checkTaskRow } from './task-rows';
import { checkExclusion, checkPrevious, checkVersions } from './tenants';

/**
 * Judges what a run left behind: every promise that the rows, the event table and the targets' own log can prove
 * broken. Empty when none is. Pure; a history that was not read at rest is judged by what may not even lag. `page` takes
 * events in as pages do.
 */
export function checkHistory(history: History, page?: Page): Violation[] {
  const findings = new Findings();
  checkSequences(history, findings);
  const tenants = new Map<string, number>();
  for (const { task } of history.tasks) tenants.set(task.tenantId, (tenants.get(task.tenantId) ?? 0) + 1);
  const replays = new Map(
    history.tasks.map((record) => {
      const sharesTenant = (tenants.get(record.task.tenantId) ?? 0) > 1;
      return [record.task.taskId, new TaskReplay(record, sharesTenant, findings)];
    }),
  );
  const plans = replayPlans(history.plans, [...replays.values()], history, findings);
  for (const plan of plans) plan.finish(history.atRest);
  for (const replay of replays.values()) checkTaskRow(replay, findings);
  checkHolds(history, findings);
  checkCheckpoints(history, replays, findings);
  checkExclusion(replays.values(), findings);
  checkVersions(history, replays.values(), findings);
  checkPrevious(replays.values(), findings);
  checkCalls(history, replays, findings);
  checkRounds(history, findings);
  checkNewest(history, findings);
  checkRollbacks(history, findings);
  checkInstances(history, findings);
  checkPages(history, findings, page);
  checkDrivers(history, findings);
  checkAwake(history, findings);
  checkApprovals(history, findings);
  return findings.violations;
}

import { UNKNOWN_VERSION } from '@/domain/tenant';
import { TAKEN_AS_APPLIED } from '@/server/executor/run-failures';
import type { Findings } from './findings';
import type { History } from './history';

/**
 * At rest the instances run what is on record, of every tenant of which anything certain is. What an operator decided,
 * and nobody confirmed after, is the operator's word: it may be wrong.
 */
export function checkInstances(history: History, findings: Findings): void {
  const { atRest, tenants, instances } = history;
  if (!atRest) return;
  const taken = takenAtTheirWord(history);
  const versionsOf = new Map<string, { instance: string; version: string }[]>();
  for (const { tenantId, ...one } of instances) {
    const known = versionsOf.get(tenantId);
    if (known) known.push(one);
    else versionsOf.set(tenantId, [one]);
  }
  for (const { tenantId, currentVersion } of tenants) {
    if (currentVersion === null || currentVersion === UNKNOWN_VERSION) continue;
    if (taken.has(tenantId)) continue;
    // An instance says one version: of a tenant with several units nobody knows which one it speaks of.
    if (tenants.filter((one) => one.tenantId === tenantId).length > 1) continue;
    for (const { instance, version } of versionsOf.get(tenantId) ?? [])
      if (version !== currentVersion)
        findings.add('instances', tenantId, `${instance} runs ${version}, on record is ${currentVersion}`);
  }
}

/** Tenants with a task that went on because somebody said that a step in doubt had been applied. */
function takenAtTheirWord({ tasks, events }: History): Set<string> {
  const decided = new Set(
    events.flatMap((event) =>
      event.kind === 'StepSucceeded' && event.payload.detail === TAKEN_AS_APPLIED ? [event.taskId] : [],
    ),
  );
  return new Set(
    tasks.flatMap(({ task }) => (decided.has(task.taskId) && !task.healthConfirmed ? [task.tenantId] : [])),
  );
}

import type { TargetCall } from '@/chaos/check/history';
import type { RequestRecord } from '@/demo/fleet/instance';

/** The calls as the instances saw them. They do not fence: one of an older epoch counts as applied. */
export function witnessed(requests: readonly RequestRecord[]): TargetCall[] {
  const newest = new Map<string, number>();
  return requests.map(({ tenantId, instance, method, path: url, task, epoch, idempotencyKey, outcome }) => {
    const stale = task !== null && epoch !== null && epoch < (newest.get(task) ?? 0);
    if (task !== null && epoch !== null && !stale) newest.set(task, epoch);
    const failed = outcome === 'dropped' || outcome >= 300;
    return {
      ...{ tenantId, instance, method, path: url, task, epoch, idempotencyKey, stale },
      outcome: failed ? 'failed' : method === 'GET' ? 'read' : 'applied',
    };
  });
}

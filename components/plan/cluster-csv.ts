import type { FailureCluster } from '@/components/live/failure-clusters';
import { csvLines } from '@/components/table/csv';

const NAMES = ['at', 'tenant', 'name', 'task', 'status', 'stage', 'step', 'instance', 'code', 'message'];

/** Everybody with one problem, for a spreadsheet or a ticket: the first to fail first. */
export function clusterCsv({ tasks }: Pick<FailureCluster, 'tasks'>): string {
  const failed = tasks.flatMap(({ failure, ...task }) => (failure ? { failure, ...task } : []));
  failed.sort((one, other) => one.failure.at.localeCompare(other.failure.at));
  return csvLines(
    NAMES,
    failed.map(({ failure, tenantId, tenantName, taskId, status, currentStage }) => [
      failure.at,
      tenantId,
      tenantName,
      taskId,
      status,
      currentStage ?? '',
      failure.step ?? '',
      failure.instance ?? '',
      failure.code,
      failure.message,
    ]),
  );
}

import type { DomainEvent } from '@/domain/events';
import type { Commit, TaskResult } from '@/server/commands/commit';
import type { Committer } from '@/server/commands/commit-transition';

/** Events of one task or plan that were stored together; `attempt` is the task's after them. */
export interface StoredGroup {
  planId: string;
  task: { taskId: string; tenantId: string; attempt: number; epoch: number } | null;
  events: DomainEvent[];
}

/** Tells `observe` what each commit of this process stored, after it is stored: what was refused is never seen. */
export function observeCommits(committer: Committer, observe: (stored: StoredGroup[]) => void): Committer {
  return {
    ...committer,
    commitTransition: async (commit, commitId) => {
      const result = await committer.commitTransition(commit, commitId);
      observe([
        ...commit.plans.filter(({ planId }) => result.plans[planId]).map(groupOfPlan),
        ...commit.tasks.flatMap((change) => groupOfTask(change, result.tasks[change.taskId])),
      ]);
      return result;
    },
  };
}

const groupOfPlan = ({ planId, events }: Commit['plans'][number]): StoredGroup => ({
  planId,
  task: null,
  events,
});

/** A change without a state only adds heartbeats and health rounds. */
function groupOfTask(change: Commit['tasks'][number], result: TaskResult | undefined): StoredGroup[] {
  const { planId, taskId, tenantId, state, events } = change;
  if (!state || !result?.ok) return [];
  return [{ planId, task: { taskId, tenantId, attempt: state.attempt, epoch: result.epoch }, events }];
}

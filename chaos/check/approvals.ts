import type { OpenApproval } from '@/domain/approval';
import { POLICY } from '@/domain/task-outcome';
import type { Findings } from './findings';
import type { History } from './history';

/** What a task at rest was asked for, and who gave it so far. */
interface Asked {
  needs: number;
  by: Set<string>;
}

/**
 * Nobody counts twice: a stage that takes several people is done when so many different ones gave it, or when the policy
 * says so because nobody did. What is asked for stands in the change that came with the pause.
 */
export function checkApprovals({ events }: History, findings: Findings): void {
  const asked = new Map<string, Asked>();
  for (const { taskId, kind, payload, actor, planSeq, change } of events) {
    if (taskId === null) continue;
    const open = asked.get(taskId);
    const wrong = (what: string) => findings.add('approval', taskId, `${planSeq} ${kind} ${what}`);
    if (kind === 'TaskPaused' && payload.heldBy === 'approval') {
      const approval = change && 'approval' in change ? (change.approval as OpenApproval | null) : null;
      if (approval) asked.set(taskId, { needs: approval.needs, by: new Set() });
      else wrong('does not say what it waits for');
    } else if (kind === 'ApprovalGiven') {
      if (open?.by.has(actor)) wrong(`counts ${actor} twice`);
      open?.by.add(actor);
    } else if (kind === 'StageSucceeded' && open) {
      asked.delete(taskId);
      if (actor === POLICY) continue;
      open.by.add(actor);
      if (open.by.size < open.needs) wrong(`is given by ${open.by.size} of ${open.needs}`);
    } else if (kind === 'TaskRetryStarted' || kind === 'TaskRollingBack' || kind === 'TaskCancelled') {
      asked.delete(taskId);
    }
  }
}

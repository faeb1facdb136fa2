import type { Findings } from './findings';
import type { History } from './history';

/** Health rounds go on where they were, whoever has the run: never more than asked for, never from the start again. */
export function checkRounds({ events }: History, findings: Findings): void {
  const attempts = new Map<string, number>();
  const last = new Map<string, number>();
  for (const event of events) {
    const { taskId } = event;
    if (taskId === null) continue;
    if (STARTS_ANEW.has(event.kind)) attempts.set(taskId, (attempts.get(taskId) ?? 0) + 1);
    if (event.kind !== 'ProbeResult' || event.payload.guard) continue;
    const { round, rounds, stageIndex, stepIndex } = event.payload;
    const step = [taskId, attempts.get(taskId), stageIndex, stepIndex].join();
    const before = last.get(step) ?? 0;
    last.set(step, round);
    if (round !== before + 1)
      findings.add('rounds', taskId, `${event.planSeq} is round ${round}, after round ${before}`);
    if (round > rounds) findings.add('rounds', taskId, `${event.planSeq} is round ${round} of ${rounds}`);
  }
}

const STARTS_ANEW: ReadonlySet<string> = new Set(['TaskStarted', 'TaskRetryStarted', 'TaskRollingBack']);

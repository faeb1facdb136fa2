import type { Findings } from './findings';
import type { CommittedEvent, History } from './history';

/** Numbers without gaps that agree with the rows' counters, and the events of one commit side by side. */
export function checkSequences({ plans, tasks, events }: History, findings: Findings): void {
  const planSeq = new Map<string, number>();
  const sequence = new Map<string, number>();
  const lastCommit = new Map<string, string>();
  const seen = new Set<string>();
  for (const event of events) {
    const { planId } = event;
    const owner = event.taskId ?? planId;
    follows(planSeq, planId, event.planSeq, 'planSeq', event, findings);
    follows(sequence, owner, event.sequenceId, 'sequenceId', event, findings);
    if (event.eventId !== `${planId}:${event.planSeq}`)
      findings.add('sequence', owner, `${event.planSeq} is called ${event.eventId}`);
    if (lastCommit.get(planId) === event.commitId) continue;
    const commit = `${planId} ${event.commitId}`;
    if (seen.has(commit))
      findings.add('contiguous', planId, `${event.planSeq} is apart from the rest of its commit`);
    seen.add(commit);
    lastCommit.set(planId, event.commitId);
  }
  for (const { plan, planSeq: counter, ownSequenceId } of plans) {
    agrees(planSeq, plan.planId, counter, 'planSeq', findings);
    agrees(sequence, plan.planId, ownSequenceId, 'ownSequenceId', findings);
  }
  for (const { task, sequenceId } of tasks) agrees(sequence, task.taskId, sequenceId, 'sequenceId', findings);
}

function follows(
  last: Map<string, number>,
  owner: string,
  number: number,
  name: string,
  event: CommittedEvent,
  findings: Findings,
): void {
  const expected = (last.get(owner) ?? 0) + 1;
  if (number !== expected)
    findings.add('sequence', owner, `${event.planSeq} ${event.kind}: ${name} is ${number}, not ${expected}`);
  last.set(owner, number);
}

function agrees(
  last: Map<string, number>,
  owner: string,
  counter: number,
  name: string,
  findings: Findings,
): void {
  const stored = last.get(owner) ?? 0;
  if (stored !== counter)
    findings.add('sequence', owner, `${name} counts ${counter}, the last event is ${stored}`);
}

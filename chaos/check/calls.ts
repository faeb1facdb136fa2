import type { Findings } from './findings';
import type { History } from './history';
import type { TaskReplay } from './task-replay';

/** What the targets saw: fenced, announced before it was sent, and a key that never means two things. */
export function checkCalls(
  { calls }: History,
  replays: ReadonlyMap<string, TaskReplay>,
  findings: Findings,
): void {
  const keys = new Map<string, { task: string; epochs: Set<number> }>();
  for (const call of calls) {
    if (call.task === null) continue;
    const replay = replays.get(call.task);
    if (call.stale && call.outcome === 'applied')
      findings.add(
        'fencing',
        call.task,
        `${call.method} ${call.path} of epoch ${call.epoch} took effect after a later one`,
      );
    if (call.outcome !== 'read' && !replay?.stepsStarted)
      findings.add(
        'announced',
        call.task,
        `${call.method} ${call.path} reached ${call.instance} before any StepStarted`,
      );
    if (replay && call.epoch !== null && call.epoch > replay.record.epoch)
      findings.add(
        'announced',
        call.task,
        `${call.method} ${call.path} names epoch ${call.epoch}, which nobody took`,
      );
    if (call.outcome === 'read' || call.idempotencyKey === null || call.epoch === null) continue;
    const used = keys.get(call.idempotencyKey);
    if (!used) keys.set(call.idempotencyKey, { task: call.task, epochs: new Set([call.epoch]) });
    else if (used.task !== call.task)
      findings.add('idempotency', call.task, `shares a key with ${used.task}`);
    else used.epochs.add(call.epoch);
  }
  for (const { task, epochs } of keys.values()) {
    const replay = replays.get(task);
    if (replay && epochs.size > 1 && !haveAttemptInCommon(replay, epochs))
      findings.add(
        'idempotency',
        task,
        `repeats a key in another attempt, in epochs ${[...epochs].join(', ')}`,
      );
  }
}

/** Epochs of one attempt follow each other by recovery; a retry or rollback must not look like a repeat. */
function haveAttemptInCommon(replay: TaskReplay, epochs: ReadonlySet<number>): boolean {
  let common: Set<number> | null = null;
  for (const epoch of epochs) {
    const attempts = replay.attemptsOf.get(epoch);
    if (!attempts) continue;
    const shared: number[] = [...(common ?? attempts)].filter((attempt) => attempts.has(attempt));
    common = new Set(shared);
  }
  return common === null || common.size > 0;
}

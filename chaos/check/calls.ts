import { planIdOf } from '@/domain/task';
import type { Findings } from './findings';
import type { History, TargetCall } from './history';
import type { TaskReplay } from './task-replay';

/** What the targets saw: fenced, announced before it was sent, and a key that never means two things. */
export function checkCalls(
  { calls, plans }: History,
  replays: ReadonlyMap<string, TaskReplay>,
  findings: Findings,
): void {
  const keys = new Map<string, { task: string; epochs: Set<number> }>();
  const sends = new Map<string, Sends>();
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
    countSend(sends, call, call.idempotencyKey, call.epoch);
    const used = keys.get(call.idempotencyKey);
    if (!used) keys.set(call.idempotencyKey, { task: call.task, epochs: new Set([call.epoch]) });
    else if (used.task !== call.task)
      findings.add('idempotency', call.task, `shares a key with ${used.task}`);
    else used.epochs.add(call.epoch);
  }
  checkTries(sends.values(), plans, findings);
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

/** How often one call reached one instance, and under how many processes. */
interface Sends {
  task: string;
  instance: string;
  count: number;
  epochs: Set<number>;
}

function countSend(sends: Map<string, Sends>, call: TargetCall, key: string, epoch: number): void {
  const { instance, task } = call;
  const place = `${instance} ${key}`;
  const found = sends.get(place) ?? { task: task ?? '', instance, count: 0, epochs: new Set() };
  found.count += 1;
  found.epochs.add(epoch);
  sends.set(place, found);
}

/** Tries are counted on from what is stored: each process after the first repeats at most the one that was not. */
function checkTries(sends: Iterable<Sends>, plans: History['plans'], findings: Findings): void {
  const mostTries = new Map(plans.map((one) => [one.plan.planId, one.mostTries]));
  for (const { task, instance, count, epochs } of sends) {
    const tries = mostTries.get(planIdOf(task));
    if (tries === undefined || count <= tries + epochs.size - 1) continue;
    const message = `sent one call to ${instance} ${count} times: ${tries} tries, ${epochs.size} processes`;
    findings.add('tries', task, message);
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

import { holdsTenant } from '@/domain/task';
import type { Findings } from './findings';
import type { History } from './history';
import type { TaskReplay } from './task-replay';

/** No event without its state, no state without its event: what the events tell is what the row says. */
export function checkTaskRow(replay: TaskReplay, findings: Findings): void {
  const { task, epoch } = replay.record;
  const say = (what: string, row: unknown, told: unknown) =>
    findings.add('state', task.taskId, `${what} is ${String(row)}, its events say ${String(told)}`);
  for (const key of [
    'status',
    'direction',
    'stageIndex',
    'attempt',
    'retryCount',
    'stageStarted',
    'configSent',
    'healthConfirmed',
  ] as const)
    if (task[key] !== replay[key]) say(key, task[key], replay[key]);
  const request = task.request?.kind ?? null;
  if (request !== replay.request) say('request', request, replay.request);
  if (replay.heldBy === 'unsure' ? task.heldBy === null : task.heldBy !== replay.heldBy)
    say('heldBy', task.heldBy, replay.heldBy);
  if ((task.startedAt !== null) !== replay.started) say('started', task.startedAt !== null, replay.started);
  const { openStep } = replay;
  if (openStep !== 'unsure') {
    const row = task.openStep && `${task.openStep.stageIndex}.${task.openStep.stepIndex}`;
    const told = openStep && `${openStep.stageIndex}.${openStep.stepIndex}`;
    if (row !== told) say('openStep', row, told);
  }
  if (replay.epoch > epoch)
    findings.add('recovery', task.taskId, `epoch is ${epoch}, its events go to ${replay.epoch}`);
}

/** Stage data: what a row points at is there and was left by a step that succeeded; nothing outlives its use. */
export function checkCheckpoints(
  history: History,
  replays: ReadonlyMap<string, TaskReplay>,
  findings: Findings,
): void {
  const there = new Set(
    history.checkpoints.map((one) => [one.taskId, one.direction, one.epoch, one.stageIndex].join()),
  );
  for (const one of history.checkpoints) {
    const replay = replays.get(one.taskId);
    const stage = `${one.direction}:${one.stageIndex}`;
    // It is saved before the commit that tells of the success.
    if (!replay?.begun.has(stage))
      findings.add('checkpoint', one.taskId, `has data of stage ${stage}, which never began`);
    const status = replay?.record.task.status ?? '';
    if (history.atRest && ['COMPLETED', 'CANCELLED', 'ROLLED_BACK'].includes(status))
      findings.add('checkpoint', one.taskId, `is ${status} and still has data of stage ${stage}`);
  }
  for (const replay of replays.values()) {
    const { taskId, dataAt, direction } = replay.record.task;
    if (!dataAt) continue;
    if (!there.has([taskId, direction, dataAt.epoch, dataAt.stageIndex].join()))
      findings.add('checkpoint', taskId, `points at data of stage ${dataAt.stageIndex} that is not there`);
    if (!replay.succeeded.has(`${direction}:${dataAt.stageIndex}`))
      findings.add(
        'checkpoint',
        taskId,
        `points at data of stage ${dataAt.stageIndex}, which never succeeded`,
      );
  }
}

/** Who holds a tenant is who the task rows say. */
export function checkHolds({ holds, tasks }: History, findings: Findings): void {
  const holderOf = new Map(holds.map((hold) => [hold.tenantId, hold.taskId]));
  for (const { task } of tasks) {
    const holder = holderOf.get(task.tenantId);
    if (holdsTenant(task) && holder !== task.taskId)
      findings.add(
        'holds',
        task.taskId,
        `is ${task.status}, but ${holder ?? 'nobody'} holds ${task.tenantId}`,
      );
    if (!holdsTenant(task) && holder === task.taskId)
      findings.add('holds', task.taskId, `is ${task.status} and still holds ${task.tenantId}`);
  }
}

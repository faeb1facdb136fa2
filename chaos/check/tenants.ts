import { UNKNOWN_VERSION } from '@/domain/tenant';
import type { Findings } from './findings';
import type { History } from './history';
import type { TaskReplay } from './task-replay';

/** Two tasks never hold one tenant at the same time, whatever their plans. */
export function checkExclusion(replays: Iterable<TaskReplay>, findings: Findings): void {
  for (const [tenantId, tasks] of byTenant(replays)) {
    if (tasks.length < 2) continue;
    const spans = tasks.flatMap((one) =>
      one.heldSpans().map((span) => ({ ...span, task: one.record.task.taskId })),
    );
    spans.sort((a, b) => a.from - b.from);
    for (const [index, span] of spans.entries()) {
      for (const later of spans.slice(index + 1)) {
        // Spans are shorter than what they stand for, so any overlap is one; a moment in common proves nothing.
        if (later.from >= span.until) break;
        if (later.task === span.task || later.until <= later.from) continue;
        findings.add('exclusion', tenantId, `is held by ${span.task} and ${later.task} at the same time`);
      }
    }
  }
}

/** Versions move with the events that move them, last known good only after every instance was found healthy. */
export function checkVersions(history: History, replays: Iterable<TaskReplay>, findings: Findings): void {
  const tasksOf = byTenant(replays);
  for (const tenant of history.tenants) {
    // Which unit a task is about is not told by its row: a tenant of several cannot be judged.
    if (history.tenants.filter((one) => one.tenantId === tenant.tenantId).length > 1) continue;
    const tasks = tasksOf.get(tenant.tenantId) ?? [];
    const moves = tasks.flatMap((task) =>
      task.moves.flatMap((move, index) =>
        move.kind === 'sent' && nothingLeft(task) ? [] : { ...move, task, index },
      ),
    );
    // Within a task the order is known; between tasks only the time is.
    moves.sort((a, b) => a.at - b.at || (a.task === b.task ? a.index - b.index : 0));
    const latest = moves.at(-1);
    if (!latest) continue;
    const versionOf = (move: typeof latest) => (move.kind === 'sent' ? UNKNOWN_VERSION : move.version);
    const last = moves.filter((move) => move.at === latest.at);
    if (!last.some((move) => versionOf(move) === tenant.currentVersion))
      findings.add(
        'versions',
        tenant.tenantId,
        `is on ${tenant.currentVersion}, the events say ${versionOf(latest)}`,
      );
    const ends = moves.filter((move) => move.kind !== 'sent');
    const good = ends.filter((move) => move.confirmed);
    const lastGood = good.at(-1);
    const fits = good.filter((move) => move.at === lastGood?.at);
    const { lastKnownGoodVersion } = tenant;
    if (lastGood && !fits.some((move) => move.version === lastKnownGoodVersion))
      findings.add(
        'versions',
        tenant.tenantId,
        `was last good on ${lastKnownGoodVersion}, the events say ${lastGood.version}`,
      );
    const unproven = ends.find((move) => move.version === lastKnownGoodVersion);
    const before = unproven?.task.record.task.previous?.version;
    if (
      !lastGood &&
      unproven &&
      lastKnownGoodVersion !== null &&
      before !== undefined &&
      before !== lastKnownGoodVersion
    )
      findings.add(
        'versions',
        tenant.tenantId,
        `counts ${lastKnownGoodVersion} as good without a full health check`,
      );
  }
}

/** What a task goes back to is what was last found good of its tenant when it first started. */
export function checkPrevious(replays: Iterable<TaskReplay>, findings: Findings): void {
  for (const tasks of byTenant(replays).values()) {
    for (const { record, frozenAt, choseVersion } of tasks) {
      const { taskId, previous } = record.task;
      if (frozenAt === null || choseVersion || previous === null) continue;
      const good = tasks
        .filter((other) => other.record.unitId === record.unitId && other.record !== record)
        .flatMap((other) => other.moves.filter((move) => move.confirmed && move.kind !== 'sent'))
        .filter((move) => move.storedAt < frozenAt)
        .sort((a, b) => a.storedAt - b.storedAt)
        .at(-1);
      if (good && good.version !== previous.version)
        findings.add(
          'versions',
          taskId,
          `would go back to ${previous.version}; last good was ${good.version}`,
        );
    }
  }
}

/** What was announced turned out not to have left: the record is what it was before. No event tells that, the row does. */
const nothingLeft = ({ record }: TaskReplay): boolean => Object.keys(record.task.sent.config).length === 0;

function byTenant(replays: Iterable<TaskReplay>): Map<string, TaskReplay[]> {
  const tasks = new Map<string, TaskReplay[]>();
  for (const replay of replays) {
    const { tenantId } = replay.record.task;
    const known = tasks.get(tenantId);
    if (known) known.push(replay);
    else tasks.set(tenantId, [replay]);
  }
  return tasks;
}

import { isDeepStrictEqual } from 'node:util';
import { UNSTARTED } from '@/domain/task';
import { applyEvents } from '@/domain/view/apply-event';
import type { LiveEvent, PlanSnapshot, PlanView, TaskView } from '@/domain/view/plan-view';
import { UNTOUCHED } from '@/domain/view/untouched';
import type { Findings } from './findings';
import type { History, PlanRecord, TaskRecord } from './history';

/** How a page takes events in. */
export type Page = typeof applyEvents;

const BATCH = 7;
const STATE = (Object.keys(UNSTARTED) as (keyof typeof UNSTARTED)[]).filter((key) => key !== 'previous');
const PLAN_STATE = ['status', 'intent', 'intentBy', 'halted', 'wave', 'urgent', 'startedAt'] as const;

/**
 * A page that was open from the beginning and merged what the events carry shows what the rows say. It gets the events
 * in parts, and every part once more when the next one has come: what was lost on the way is sent again.
 */
export function checkPages(history: History, findings: Findings, page: Page = applyEvents): void {
  if (!history.atRest) return;
  for (const record of history.plans) {
    const { planId } = record.plan;
    const events = history.events.filter((event) => event.planId === planId) as unknown as LiveEvent[];
    const tasks = history.tasks.filter(({ task }) => task.planId === planId);
    let shown = asCreated(record, tasks);
    let before: LiveEvent[] = [];
    for (let index = 0; index < events.length; index += BATCH) {
      const part = events.slice(index, index + BATCH);
      shown = page(shown, part).snapshot;
      shown = page(shown, before).snapshot;
      before = part;
    }
    compare(planId, PLAN_STATE, shown.plan, record.plan, findings);
    for (const [place, { task }] of tasks.entries())
      compare(task.taskId, STATE, shown.tasks[place], task, findings);
  }
}

function compare<Key extends string>(
  subject: string,
  keys: readonly Key[],
  shown: Partial<Record<Key, unknown>> | undefined,
  stored: Record<Key, unknown>,
  findings: Findings,
): void {
  for (const key of keys) {
    const [says, is] = [shown?.[key], stored[key]].map((value) => JSON.stringify(value) ?? 'null');
    // The database puts the keys of JSON in an order of its own.
    if (says !== is && !isDeepStrictEqual(JSON.parse(says as string), JSON.parse(is as string)))
      findings.add('page', subject, `a page shows ${key} ${says}, the row has ${is}`);
  }
}

function asCreated({ plan }: PlanRecord, tasks: readonly TaskRecord[]): PlanSnapshot {
  const blank = {
    planId: plan.planId,
    status: 'CREATED',
    intent: 'none',
    intentBy: null,
    halted: null,
    urgent: null,
    wave: 0,
    startedAt: null,
  };
  return {
    planSeq: 0,
    now: '',
    plan: blank as PlanView,
    tasks: tasks.map(
      ({ task }): TaskView => ({
        ...UNTOUCHED,
        taskId: task.taskId,
        tenantId: task.tenantId,
        tenantName: task.tenantId,
        ordinal: task.ordinal,
        wave: task.wave,
      }),
    ),
  };
}

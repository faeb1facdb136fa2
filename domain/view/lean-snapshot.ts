import { EMPTY_LANE } from '@/domain/lane';
import { UNSTARTED } from '@/domain/task';
import type { PlanSnapshot, TaskView } from './plan-view';

/** What most tasks of a large plan have, before they start or after they went well. */
const { previous: _, ...unstarted } = UNSTARTED;
export const USUAL = {
  ...unstarted,
  wave: 0,
  heartbeatAt: null,
  previousVersion: null,
  newerTaskStarted: false,
  lane: EMPTY_LANE,
  probe: null,
} satisfies Partial<TaskView>;

type Usual = Omit<TaskView, 'taskId' | 'tenantId' | 'tenantName' | 'ordinal'>;
type LeanTask = Pick<TaskView, 'taskId' | 'tenantId' | 'tenantName' | 'ordinal'> & Partial<Usual>;

/** A snapshot as it travels: what a task does not say is as `usual` says. */
export interface LeanSnapshot extends Omit<PlanSnapshot, 'tasks'> {
  usual: Usual;
  tasks: LeanTask[];
}

const NAMES = Object.keys(USUAL) as (keyof Usual)[];

/** Views are never changed, only replaced: of ten thousand, few are new from one snapshot to the next. */
const made = new WeakMap<TaskView, LeanTask>();

export function leanSnapshot(snapshot: PlanSnapshot): LeanSnapshot {
  return { ...snapshot, usual: USUAL, tasks: snapshot.tasks.map(leanTask) };
}

/** A server of before leaves nothing out. */
export function fullSnapshot(snapshot: LeanSnapshot | PlanSnapshot): PlanSnapshot {
  if (!('usual' in snapshot)) return snapshot;
  const { usual, ...rest } = snapshot;
  return { ...rest, tasks: snapshot.tasks.map((task) => ({ ...usual, ...task })) };
}

function leanTask(task: TaskView): LeanTask {
  const known = made.get(task);
  if (known) return known;
  const { taskId, tenantId, tenantName, ordinal } = task;
  const lean: LeanTask = { taskId, tenantId, tenantName, ordinal };
  for (const name of NAMES) if (!same(task[name], USUAL[name])) Object.assign(lean, { [name]: task[name] });
  made.set(task, lean);
  return lean;
}

/** Two values as JSON has them; a row that was read has objects of its own. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [of, with_] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    of.length === with_.size && of.every(([name, value]) => with_.has(name) && same(value, with_.get(name)))
  );
}

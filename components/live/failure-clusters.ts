import { causeOf, inCommon } from '@/domain/failure-cause';
import type { TaskView } from '@/domain/view/plan-view';

/** Failures of the same cause in the same step of the same stage are one problem. */
export interface FailureCluster {
  key: string;
  stage: string;
  step: string | null;
  message: string;
  tasks: readonly TaskView[];
  /** When one of them failed first and last, also of those that were mended since; epoch milliseconds. */
  since: number;
  latest: number;
}

interface Kept {
  key: string;
  stage: string;
  step: string | null;
  tasks: Map<string, TaskView>;
  since: number;
  latest: number;
  /** What their messages have in common; null where only their cause can be told. */
  common: string | null;
  /** As it is shown; made anew when it is asked for after a change. */
  shown: FailureCluster | null;
}

/** What failed, grouped by what went wrong and kept up task by task. */
export class FailureClusters {
  readonly #clusters = new Map<string, Kept>();

  get size(): number {
    return this.#clusters.size;
  }

  /** Answers whether anything that is shown changed. */
  change(before: TaskView | null, after: TaskView | null): boolean {
    const [was, is] = [before && problemOf(before), after && problemOf(after)];
    if (before && was !== null && was !== is) this.#remove(was, before);
    if (after && is !== null) this.#put(is, after);
    return was !== null || is !== null;
  }

  /** The biggest, the biggest first; of equals the one that was there first. */
  biggest(count: number): FailureCluster[] {
    return [...this.#clusters.values()]
      .sort((a, b) => b.tasks.size - a.tasks.size)
      .slice(0, count)
      .map((cluster) => {
        cluster.shown ??= show(cluster);
        return cluster.shown;
      });
  }

  /** What a failed task's problem is called; empty for one that did not fail. */
  messageOf(task: TaskView): string {
    const cluster = this.#clusters.get(problemOf(task) ?? '');
    if (!cluster) return '';
    cluster.shown ??= show(cluster);
    return cluster.shown.message;
  }

  #put(key: string, task: TaskView): void {
    const cluster = this.#clusters.get(key);
    const at = Date.parse(task.failure?.at ?? '');
    if (cluster) {
      cluster.tasks.set(task.taskId, task);
      cluster.since = Math.min(cluster.since, at);
      cluster.latest = Math.max(cluster.latest, at);
      cluster.common &&= inCommon(cluster.common, task.failure?.message ?? '');
      cluster.shown = null;
      return;
    }
    const tasks = new Map([[task.taskId, task]]);
    this.#clusters.set(key, {
      key,
      stage: stageOf(task),
      step: task.failure?.step ?? null,
      tasks,
      since: at,
      latest: at,
      common: task.failure?.message ?? null,
      shown: null,
    });
  }

  #remove(key: string, task: TaskView): void {
    const cluster = this.#clusters.get(key);
    if (!cluster) return;
    cluster.tasks.delete(task.taskId);
    cluster.shown = null;
    if (cluster.tasks.size === 0) this.#clusters.delete(key);
  }
}

const stageOf = (task: TaskView) => task.currentStage ?? '';

/** Tasks are never changed, only replaced, and each is asked for when it comes, when it goes and by whoever groups them. */
const problems = new WeakMap<TaskView, string>();

/** Which problem a task has; null when it did not fail. */
export function problemOf(task: TaskView): string | null {
  if (!task.failure || (task.status !== 'FAILED' && task.status !== 'ROLLBACK_FAILED')) return null;
  const known = problems.get(task);
  if (known !== undefined) return known;
  const problem = `${stageOf(task)}|${task.failure.step}|${task.failure.code}|${normalised(task)}`;
  problems.set(task, problem);
  return problem;
}

/** Its message without what is of this tenant alone. */
const normalised = ({ failure, tenantId, tenantName, probe }: TaskView) =>
  causeOf(failure?.message ?? '', [
    tenantId,
    tenantName,
    failure?.instance ?? '',
    ...(probe?.instances.map(({ instance }) => instance) ?? []),
  ]);

function show({ key, stage, step, tasks, since, latest, common }: Kept): FailureCluster {
  const all = [...tasks.values()];
  const [only] = all;
  const message = only
    ? all.length === 1
      ? (only.failure?.message ?? '')
      : (common ?? normalised(only))
    : '';
  return { key, stage, step, message, tasks: all, since, latest };
}

import type { TaskView } from '@/domain/view/plan-view';

const KEPT = 6;

/** When those tasks that run were last heard of: only what came while the page was open, and what the snapshot knew. */
export class RecentBeats {
  readonly #beats = new Map<string, readonly string[]>();

  change(before: TaskView | null, after: TaskView): void {
    const { taskId, status, heartbeatAt } = after;
    if (status !== 'RUNNING' && status !== 'ROLLING_BACK') this.#beats.delete(taskId);
    else if (heartbeatAt !== null && heartbeatAt !== before?.heartbeatAt)
      this.#beats.set(taskId, [...this.of(taskId), heartbeatAt].slice(-KEPT));
  }

  /** ISO 8601, the last one last. */
  of(taskId: string): readonly string[] {
    return this.#beats.get(taskId) ?? NONE;
  }
}

const NONE: readonly string[] = [];

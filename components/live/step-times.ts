import type { LiveEvent } from '@/domain/view/plan-view';
import { extendSteps, STEP_KINDS, type StepEvent, type StepTime } from '@/domain/view/step-times';

interface Known {
  steps: readonly StepTime[];
  /** The last event that is in it. */
  planSeq: number;
}

const NONE: readonly StepTime[] = [];

/**
 * When the steps of some tasks ran: fetched for those that are looked at closely, and from then on kept up by the events as
 * they come. What comes while they are fetched waits, so that nothing falls between.
 */
export class StepTimes {
  readonly #known = new Map<string, Known>();
  /** Of those that are being fetched: what came meanwhile. */
  readonly #early = new Map<string, StepEvent[]>();

  /** The same list until something of it changes; empty while it is not known. */
  of(taskId: string): readonly StepTime[] {
    return this.#known.get(taskId)?.steps ?? NONE;
  }

  /** Which of these nobody asked for yet. From now on they count as asked for. */
  begin(taskIds: readonly string[]): string[] {
    const fresh = taskIds.filter((taskId) => !this.#known.has(taskId) && !this.#early.has(taskId));
    for (const taskId of fresh) this.#early.set(taskId, []);
    return fresh;
  }

  /** They could not be fetched: they may be asked for again. */
  giveUp(taskIds: readonly string[]): void {
    for (const taskId of taskIds) this.#early.delete(taskId);
  }

  /** What was fetched of a task, in order. */
  put(taskId: string, events: readonly StepEvent[]): void {
    const known: Known = { steps: [], planSeq: 0 };
    for (const event of [...events, ...(this.#early.get(taskId) ?? [])]) extend(known, event);
    this.#early.delete(taskId);
    this.#known.set(taskId, known);
  }

  /** What came live. */
  take(events: readonly LiveEvent[]): void {
    if (this.#known.size + this.#early.size === 0) return;
    for (const event of events) {
      const told = event.taskId === null ? null : stepEventOf(event);
      if (!told || event.taskId === null) continue;
      this.#early.get(event.taskId)?.push(told);
      const known = this.#known.get(event.taskId);
      if (known) extend(known, told);
    }
  }

  /** A hole was filled by a snapshot, which tells nothing of steps. */
  forget(): void {
    this.#known.clear();
    this.#early.clear();
  }
}

function extend(known: Known, event: StepEvent): void {
  if (event.planSeq <= known.planSeq) return;
  known.planSeq = event.planSeq;
  known.steps = extendSteps(known.steps, event);
}

const KINDS: readonly string[] = STEP_KINDS;

function stepEventOf({ planSeq, kind, at, payload }: LiveEvent): StepEvent | null {
  if (!KINDS.includes(kind)) return null;
  const { step, stageIndex, stepIndex } = payload as Pick<StepEvent, 'step' | 'stageIndex' | 'stepIndex'>;
  return { planSeq, kind: kind as StepEvent['kind'], at, step, stageIndex, stepIndex };
}

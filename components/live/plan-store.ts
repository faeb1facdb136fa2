import { advance, indexOf } from '@/domain/view/apply-event';
import {
  type LiveEvent,
  OTHERS,
  type PlanSnapshot,
  type PlanView,
  type TaskView,
} from '@/domain/view/plan-view';
import type { StepEvent } from '@/domain/view/step-times';
import { BusyTimes } from './busy-times';
import { type FailureCluster, FailureClusters } from './failure-clusters';
import { noteLines } from './lane-notes';
import { type LaneFilter, LaneOrder } from './lane-order';
import type { PendingCommand } from './plan-command';
import { type Figures, PlanTally, type WaveTally } from './plan-tally';
import { RecentBeats } from './recent-beats';
import { RecentEnds } from './recent-ends';
import { StepTimes } from './step-times';

/** Of a bigger batch the beginning is applied and not kept. */
export const KEPT_EVENTS = 500;
const HIDDEN_TAB_MILLIS = 250;
/** Events that are applied before the time is looked at, and the time after which the rest waits for the next frame. */
const SLICE = 250;
const SLICE_MILLIS = 8;
/** Counts are told at most this often: nobody reads them faster, and painting them costs more than counting. */
const COUNTS_MILLIS = 100;

/** Problems that are told apart: more than are shown, since somebody may not want to see some of them. */
const MOST_FAILURES = 50;

/** The biggest problems, and how many kinds there are in all. */
export interface Failures {
  biggest: readonly FailureCluster[];
  kinds: number;
}

type Listener = () => void;

/**
 * A plan as the page knows it, changed in place: an event costs what it changes, however many tasks there are. Batches are
 * applied once per frame; who shows one task hears of that task alone, who shows counts hears of them a few times a second.
 */
export class PlanStore {
  #view: PlanSnapshot;
  #events: readonly LiveEvent[] = [];
  #queue: LiveEvent[] = [];
  #scheduled = false;
  readonly #commands = new Map<string, PendingCommand>();
  readonly #listeners = new Set<Listener>();
  readonly #countListeners = new Set<Listener>();
  readonly #taskListeners = new Map<string, Set<Listener>>();
  /** Places of the tasks that changed since the listeners were told, with what each was before. */
  readonly #changed = new Map<number, TaskView>();
  #tally: PlanTally;
  #ends: RecentEnds;
  #clusters: FailureClusters;
  /** Counted when somebody first asks: not every page shows when its tasks were at work. */
  #busy: BusyTimes | null = null;
  readonly #beats = new RecentBeats();
  /** When the steps ran of the tasks that somebody looks at closely. */
  readonly stepTimes = new StepTimes();
  #failures: Failures | null = null;
  #figures: Figures | null = null;
  #order: { key: string; filter: LaneFilter; lanes: LaneOrder } | null = null;
  readonly #openGroups = new Set<string>();
  #countsTold = Number.NEGATIVE_INFINITY;
  #countsTimer: ReturnType<typeof setTimeout> | undefined;
  #clockOffset: number;

  constructor(
    snapshot: PlanSnapshot,
    private readonly onGap: (planSeq: number) => void,
    /** Tells the moment that is looked at, in epoch milliseconds; without it time goes on from the snapshot's. */
    private readonly clock?: () => number,
  ) {
    this.#view = { ...snapshot, tasks: [...snapshot.tasks] };
    this.#clockOffset = Date.parse(snapshot.now) - Date.now();
    [this.#tally, this.#ends, this.#clusters] = this.#countAll();
  }

  /** Told after every batch. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Told a few times a second while anything changes. */
  readonly subscribeCounts = (listener: Listener): (() => void) => {
    this.#countListeners.add(listener);
    return () => this.#countListeners.delete(listener);
  };

  /** Told when this task changed, or what was sent for it. */
  subscribeTask(taskId: string, listener: Listener): () => void {
    const listeners = this.#taskListeners.get(taskId) ?? new Set();
    listeners.add(listener);
    this.#taskListeners.set(taskId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#taskListeners.delete(taskId);
    };
  }

  readonly plan = (): PlanView => this.#view.plan;
  /** The last event that is in it. */
  readonly planSeq = (): number => this.#view.planSeq;
  /** All tasks as they are now, in the order of the plan; the list itself goes on changing. */
  readonly tasks = (): readonly TaskView[] => this.#view.tasks;
  /** The newest events that came while the page was open, oldest first. */
  readonly events = (): readonly LiveEvent[] => this.#events;
  /** Database time minus the browser's, in milliseconds. */
  readonly clockOffset = (): number => (this.clock ? this.clock() - Date.now() : this.#clockOffset);

  task(taskId: string): TaskView | undefined {
    return this.#view.tasks[indexOf(this.#view.tasks, taskId)];
  }

  command(taskId: string): PendingCommand | undefined {
    return this.#commands.get(taskId);
  }

  /** What is counted over all tasks; the same object until something changes. */
  readonly figures = (): Figures => {
    this.#figures ??= this.#tally.figures(this.#view.plan);
    return this.#figures;
  };

  wave(index: number): Readonly<WaveTally> {
    return this.#tally.wave(index);
  }

  versions(): string[] {
    return this.#tally.versions();
  }

  lastEnd(): number {
    return this.#tally.lastEnd;
  }

  recentLengths(): ReturnType<RecentEnds['quartiles']> {
    return this.#ends.quartiles();
  }

  /** When any of its tasks was at work. */
  busyTimes(): BusyTimes {
    if (!this.#busy) {
      this.#busy = new BusyTimes();
      for (const task of this.#view.tasks) this.#busy.change(null, task);
    }
    return this.#busy;
  }

  /** When a task that runs was last heard of, the last time last. */
  beats(task: TaskView): readonly string[] {
    const beats = this.#beats.of(task.taskId);
    return beats.length === 0 && task.heartbeatAt !== null ? [task.heartbeatAt] : beats;
  }

  /** What was fetched of a task's steps. */
  putSteps(taskId: string, events: readonly StepEvent[]): void {
    this.stepTimes.put(taskId, events);
    this.#tellTask(taskId);
  }

  /** What went wrong; the same object until something of it changes. */
  readonly failures = (): Failures => {
    this.#failures ??= { biggest: this.#clusters.biggest(MOST_FAILURES), kinds: this.#clusters.size };
    return this.#failures;
  };

  /** What the problem of a failed task is called. */
  problemOf(task: TaskView): string {
    return this.#clusters.messageOf(task);
  }

  /** The lanes of a filter; the same object while the filter is the same. */
  lanes(filter: LaneFilter): LaneOrder {
    const key = JSON.stringify([filter.status, filter.q, filter.attention, filter.group]);
    const known = this.#order;
    // Who only asks which lanes there are need not know their labels.
    if (known?.key === key && (!filter.labels || filter.labels === known.filter.labels)) return known.lanes;
    const lanes = this.#arrange(filter);
    this.#order = { key, filter, lanes };
    return lanes;
  }

  /** Opens a group of lanes, or closes it. */
  toggleGroup(key: string): void {
    this.#order?.lanes.toggle(key);
    this.#tell();
  }

  /** Lets the lanes move that were held. */
  letGo(): void {
    if (this.#order?.lanes.letGo()) this.#tell();
  }

  /** Everything up to `snapshot.planSeq` comes anew; what was queued beyond it is applied on top. */
  replace(snapshot: PlanSnapshot): void {
    if (snapshot.planSeq < this.#view.planSeq) return;
    const before = this.#view.tasks;
    this.#view = { ...snapshot, tasks: [...snapshot.tasks] };
    this.#clockOffset = Date.parse(snapshot.now) - Date.now();
    [this.#tally, this.#ends, this.#clusters] = this.#countAll();
    this.#forget();
    if (this.#order) this.#order.lanes = this.#arrange(this.#order.filter);
    this.#apply();
    for (const { taskId } of before) this.#tellTask(taskId);
  }

  receive(events: readonly LiveEvent[]): void {
    this.#queue.push(...events);
    this.#schedule();
  }

  sent(taskId: string, command: PendingCommand): void {
    this.#commands.set(taskId, command);
    this.#commandChanged(taskId);
  }

  settled(taskId: string): void {
    if (this.#commands.delete(taskId)) this.#commandChanged(taskId);
  }

  #commandChanged(taskId: string): void {
    this.#order?.lanes.changed(indexOf(this.#view.tasks, taskId));
    this.#tellTask(taskId);
    this.#tell();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    let done = false;
    const run = () => {
      if (done) return;
      done = true;
      this.#scheduled = false;
      this.#apply();
    };
    requestAnimationFrame(run);
    // Hidden tabs get no frames, and their title must go on.
    setTimeout(run, HIDDEN_TAB_MILLIS);
  }

  /** Applies what is queued, as far as it goes within a frame. */
  #apply(): void {
    const began = performance.now();
    const queue = this.#queue.sort((a, b) => a.planSeq - b.planSeq);
    const { planSeq } = this.#view;
    const planBefore = this.#view.plan;
    let [taken, gap] = [0, false];
    while (taken < queue.length && !gap && (taken === 0 || performance.now() - began < SLICE_MILLIS)) {
      const slice = queue.slice(taken, taken + SLICE);
      taken += slice.length;
      gap = advance(this.#view, slice, (index, task) => {
        if (!this.#changed.has(index)) this.#changed.set(index, task);
      });
    }
    // What the room was sent and what a join or gap asked for may overlap within one frame.
    const fresh = queue
      .slice(0, taken)
      .filter(
        (event, index) =>
          event.taskId !== OTHERS &&
          event.planSeq > planSeq &&
          event.planSeq <= this.#view.planSeq &&
          event.planSeq !== queue[index - 1]?.planSeq,
      );
    this.#queue = gap ? queue.filter((event) => event.planSeq > this.#view.planSeq) : queue.slice(taken);
    if (fresh.length > 0) {
      this.#events = [...this.#events, ...fresh].slice(-KEPT_EVENTS);
      this.#answer(fresh);
      this.stepTimes.take(fresh);
    }
    if (this.#view.plan !== planBefore) this.#figures = null;
    this.#count();
    this.#tell();
    if (gap) this.onGap(this.#view.planSeq);
    else if (this.#queue.length > 0) this.#schedule();
  }

  /** An operator's event on a task is the answer to what was sent: the stored request takes over. */
  #answer(events: readonly LiveEvent[]): void {
    if (this.#commands.size === 0) return;
    for (const { taskId, kind } of events)
      if (taskId !== null && kind !== 'TaskProgress') this.#commands.delete(taskId);
  }

  /** Brings everything that is counted or ordered up to the tasks that changed. */
  #count(): void {
    if (this.#changed.size === 0) return;
    const lanes = this.#order?.lanes;
    const failed = lanes?.isHeld ? this.figures().failed : 0;
    for (const [index, before] of this.#changed) {
      const after = this.#view.tasks[index];
      if (!after) continue;
      this.#tally.change(before, after);
      this.#ends.change(before, after);
      this.#busy?.change(before, after);
      this.#beats.change(before, after);
      if (this.#clusters.change(before, after)) this.#failures = null;
      lanes?.changed(index);
    }
    const told = [...this.#changed.values()];
    this.#changed.clear();
    this.#figures = null;
    // Nothing may slip away from under the pointer, except for news of a failure.
    if (lanes?.isHeld && this.figures().failed !== failed) {
      lanes.letGo();
      lanes.hold();
    }
    for (const { taskId } of told) this.#tellTask(taskId);
  }

  #countAll(): [PlanTally, RecentEnds, FailureClusters] {
    const { plan, tasks } = this.#view;
    const [ends, clusters] = [new RecentEnds(), new FailureClusters()];
    for (const task of tasks) {
      ends.change(null, task);
      clusters.change(null, task);
    }
    return [new PlanTally(plan, tasks), ends, clusters];
  }

  #arrange(filter: LaneFilter): LaneOrder {
    const linesOf = (task: TaskView) => noteLines(task, this.#commands.get(task.taskId));
    return new LaneOrder(this.#view.tasks, filter, linesOf, this.#openGroups);
  }

  #forget(): void {
    this.#busy = null;
    this.stepTimes.forget();
    this.#changed.clear();
    this.#figures = null;
    this.#failures = null;
  }

  #tellTask(taskId: string): void {
    for (const listener of this.#taskListeners.get(taskId) ?? []) listener();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    if (this.#countsTimer !== undefined) return;
    const wait = this.#countsTold + COUNTS_MILLIS - performance.now();
    if (wait <= 0) this.#tellCounts();
    else this.#countsTimer = setTimeout(() => this.#tellCounts(), wait);
  }

  #tellCounts(): void {
    clearTimeout(this.#countsTimer);
    this.#countsTimer = undefined;
    this.#countsTold = performance.now();
    for (const listener of this.#countListeners) listener();
  }
}

import DataLoader from 'dataloader';
import { isPassing } from '@/db/connection-loss';
import { type OpenPlan, type Outlook, type RunMaterial, readOutlook, readRuns } from '@/db/queries/execution';
import type { TenantLeft } from '@/domain/events';
import type { PlanTrouble } from '@/domain/plan';
import { workOffBulks } from '@/server/commands/bulk';
import { CommitStream } from '@/server/commands/commit-stream';
import type { GroupCommit } from '@/server/commands/group-commit';
import { withLogContext } from '@/server/logging';
import { RunLost } from '@/server/steps/run-lost';
import { abortedBy } from './aborted-by';
import { admit, type Line, lineUp } from './admission';
import { type LiveRun, writeHeartbeats } from './heartbeats';
import { LastLook } from './last-look';
import type { AdmissionDeps } from './plan-deps';
import type { RunDeps } from './run-deps';
import { Fenced } from './run-session';
import { type Admitted, runTask } from './run-task';
import { eachTask, settlePlan } from './settle';
import type { Slots } from './slots';
import { troubleIn } from './trouble';
import { type MeasureWave, WaveMeasuring } from './wave-measuring';

export interface DriverDeps extends Omit<RunDeps, 'readRun' | 'began'> {
  slots: Slots;
  /** What the drivers of this process write together. */
  group: GroupCommit;
  /** Waits for what else this turn of the loop brings, so that it comes together. */
  gather(): Promise<void>;
  /** As long as what was aborted may take to end: it does so at once, unless the database owes it an answer. */
  patience?(signal: AbortSignal): Promise<void>;
  /** Who of a plan's completed tenants runs something else by now; without it nobody is looked at again. */
  lookAgain?(planId: string): Promise<TenantLeft[]>;
  /** Without it a wave with a gate waits for a process that measures. */
  measureWave?: MeasureWave;
}

/** A statement that met a lock, or took too long, is sent again after this. */
const PAUSE_MS = 500;

/** `rests`: nothing is left to do for the plan. `left`: somebody else is to drive it on. */
export type DriveEnd = 'rests' | 'left';

/**
 * Drives one plan: the only one that admits, runs, beats, commits and settles for it (SPEC 7). Taking it over raises the
 * plan's epoch; a driver that is refused because of it drops everything. It has no timers: what is to be done is computed
 * from the rows each time it looks, and `kick` is only a hint that there may be something.
 */
export class PlanDriver {
  readonly #runs = new Map<string, Promise<void>>();
  readonly #sessions = new Map<string, LiveRun>();
  readonly #materials: DataLoader<string, RunMaterial | null>;
  readonly #lost = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lastLook: LastLook | null;
  readonly #ended: Promise<DriveEnd>;
  #end: (how: DriveEnd) => void = () => {};
  /** Once it is taken over. */
  #deps: AdmissionDeps | null = null;
  #trouble: PlanTrouble | null = null;
  /** Who begins next, while nothing was heard that could change it. */
  #line: { plan: OpenPlan; ahead: Line['ahead'] } | null = null;
  #wanted = true;
  /** Counts what was heard, so that a reading is known to be from before. */
  #heard = 0;
  #sweeps = true;
  #looking: Promise<void> | null = null;
  #beating = false;

  constructor(
    private readonly deps: DriverDeps,
    readonly planId: string,
    /** Fires when the plan was taken away, or this process goes down. */
    signal: AbortSignal,
  ) {
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#signal = AbortSignal.any([signal, this.#lost.signal]);
    this.#signal.addEventListener('abort', () => this.#end('left'), { once: true });
    if (this.#signal.aborted) this.#end('left');
    const { lookAgain, log, db, gather } = deps;
    this.#lastLook = lookAgain ? new LastLook(lookAgain, log, () => void this.kick()) : null;
    // Runs that begin together are read together.
    this.#materials = new DataLoader(
      async (taskIds) => {
        const found = await readRuns(db, taskIds);
        return taskIds.map((taskId) => found.get(taskId) ?? null);
      },
      { cache: false, batchScheduleFn: (read) => void gather().then(read) },
    );
  }

  /** What keeps the plan from getting on here, if anything does. */
  get trouble(): PlanTrouble | null {
    return this.#trouble;
  }

  /** Resolves when the plan rests, or when everything here has let go of it. Throws what kept it from being taken over. */
  async drive(): Promise<DriveEnd> {
    try {
      // Taken away before it began: taking it over all the same would fence whoever has it now.
      if (!this.#signal.aborted) await this.#takeOver();
      void this.kick();
      return await this.#ended;
    } finally {
      this.#lost.abort(new RunLost('The plan is driven here no more.'));
      await this.#letGo();
      this.deps.slots.leave(this.planId);
    }
  }

  /** Something was asked for or has changed: looks soon, and only once for many hints. Resolves when it has looked since. */
  async kick(): Promise<void> {
    this.#line = null;
    this.#heard += 1;
    await this.#goOn();
  }

  async #goOn(): Promise<void> {
    this.#wanted = true;
    const deps = this.#deps;
    if (!deps || this.#signal.aborted) return;
    this.#looking ??= this.#looks(deps).finally(() => {
      this.#looking = null;
      this.#leaveIfDrained();
    });
    await this.#looking;
  }

  /** Time has passed: looks, also for what the rows call running and nobody runs. */
  async tick(): Promise<void> {
    this.#sweeps = true;
    await this.kick();
  }

  /** The process goes down: whatever runs may reach its boundary, nothing else begins. */
  drain(): void {
    this.#leaveIfDrained();
  }

  /** Whether its tasks have to give a sign of life so long after the last one: all together, as often as one of them asks for. */
  beatsAfter(millis: number): boolean {
    return [...this.#sessions.values()].some(({ session }) => millis >= session.heartbeatSeconds * 1000);
  }

  /** One beat for all that runs. */
  async heartbeat(): Promise<void> {
    const deps = this.#deps;
    if (!deps || this.#beating || this.#sessions.size === 0) return;
    this.#beating = true;
    try {
      await writeHeartbeats(deps.committer, this.#sessions.values());
    } catch (error) {
      if (!this.#signal.aborted) this.deps.log.warn({ err: error }, 'The heartbeat could not be stored');
    } finally {
      this.#beating = false;
    }
  }

  /** What waits for an answer that never comes is left: whatever it would write or send is refused by now. */
  async #letGo(): Promise<void> {
    const over = new AbortController();
    const all = Promise.allSettled([...this.#runs.values(), this.#looking]);
    const late = this.deps.patience?.(over.signal).catch(() => {});
    await (late ? Promise.race([all, late]) : all);
    over.abort();
    if (this.#runs.size > 0)
      this.deps.log.warn({ tasks: [...this.#runs.keys()] }, 'Runs that were aborted have not ended');
  }

  /** Raises the epoch: from now on whoever drove the plan before is refused. */
  async #takeOver(): Promise<void> {
    const { committer, group, nodeId, db, layers, transition } = this.deps;
    const { planId } = this;
    const found = await this.#raiseEpoch();
    if (!found) throw new Error(`${planId} cannot be driven: there is no such plan.`);
    const stream = new CommitStream(committer, group, {
      planId,
      epoch: found.epoch,
      signal: this.#signal,
      gather: this.deps.gather,
      pause: () => this.deps.delay(PAUSE_MS, this.#signal),
      trouble: (error, millis) => this.#told(error, millis),
      fenced: () => this.#lost.abort(new RunLost('Another process drives the plan.')),
    });
    const again = () => {
      this.#wanted = true;
    };
    const { promptly } = stream;
    this.#deps = { db, committer: stream, promptly, layers, transition, nodeId, again };
    if (this.#lastLook) this.#deps.lastLook = this.#lastLook;
    if (this.deps.measureWave)
      this.#deps.measuring = new WaveMeasuring(this.deps.measureWave, this.#signal, () => void this.kick());
  }

  /** Where somebody holds the plan's row it waits here, and says so: no other process would get on better. */
  async #raiseEpoch() {
    const { committer, nodeId, delay } = this.deps;
    const { planId } = this;
    const began = performance.now();
    for (;;) {
      this.#signal.throwIfAborted();
      try {
        const taken = await committer.commitTransition({
          atomic: true,
          plans: [{ planId, driver: nodeId, events: [] }],
          tasks: [],
          epochs: { [planId]: null },
        });
        this.#told(null, 0);
        return taken.plans[planId];
      } catch (error) {
        this.#told(error, performance.now() - began);
        if (!isPassing(error)) throw error;
        await delay(PAUSE_MS, this.#signal);
      }
    }
  }

  async #looks(deps: AdmissionDeps): Promise<void> {
    while (this.#wanted && !this.#signal.aborted) {
      // Runs that end together make room together.
      await this.deps.gather();
      this.#wanted = false;
      try {
        if (await this.#look(deps)) return this.#end('rests');
      } catch (error) {
        this.#line = null;
        if (!this.#signal.aborted)
          this.deps.log.warn(
            { err: error, planId: this.planId },
            'A look at the plan did not finish; it is repeated',
          );
        return;
      }
    }
  }

  /** True when nothing is left to do, and that is on record. */
  async #look(deps: AdmissionDeps): Promise<boolean> {
    const { planId } = this;
    if (this.#line && (await this.#admitNext(deps, this.#line))) return false;
    const sweeps = this.#sweeps;
    this.#sweeps = false;
    const outlook = await readOutlook(deps.db, planId, sweeps);
    for (const asked of outlook.hurried) this.#sessions.get(asked.taskId)?.session.stop(asked);
    if (this.deps.draining()) return false;
    this.#recover(outlook);
    if (outlook.bulks && (await workOffBulks(deps, planId))) this.#wanted = true;
    if (outlook.approvalsDue) {
      await eachTask(deps, planId, 'approvalDue', { type: 'approvalDue' });
      this.#wanted = true;
    }
    if (outlook.plan) await this.#admit(deps, outlook, outlook.plan);
    if (outlook.settles) await settlePlan(deps, planId);
    return !outlook.plan && this.#runs.size === 0 && !this.#wanted && (await this.#rest(deps, outlook));
  }

  /** What the rows call running and nobody here runs: no admission is under way while it is looked for. */
  #recover({ running }: Outlook): void {
    const lost = running.filter((taskId) => !this.#runs.has(taskId));
    if (lost.length === 0) return;
    this.deps.log.info({ tasks: lost }, 'Recovering tasks that nobody runs');
    this.deps.slots.occupy(lost.length);
    for (const taskId of lost) this.#begin({ taskId });
  }

  async #admit(deps: AdmissionDeps, outlook: Outlook, plan: OpenPlan): Promise<void> {
    const room = plan.brake === 'all' ? 0 : plan.maxConcurrency - plan.occupied;
    const heard = this.#heard;
    // With nothing under way somebody waits for the first to begin.
    const into = this.#runs.size === 0 ? { ...deps, committer: deps.promptly } : deps;
    const { begun, free } = await this.#fill(room, async (free) => {
      const { next, ahead } = await lineUp(deps, plan, outlook, free);
      const admitted = await admit(into, plan, next);
      const isAsRead = admitted.length === next.length && !outlook.settles && heard === this.#heard;
      this.#line = isAsRead ? { plan, ahead } : null;
      return admitted;
    });
    // Refused, or no candidates left: the next look tells.
    this.#wanted ||= begun > 0 && begun < free;
  }

  /** Admits those that were read before. False when the rows have to be read: nobody is in the line, or one was refused. */
  async #admitNext(deps: AdmissionDeps, line: { plan: OpenPlan; ahead: Line['ahead'] }): Promise<boolean> {
    const { draining, clock } = this.deps;
    if (draining() || line.ahead.length === 0) return false;
    const { begun, free } = await this.#fill(line.plan.maxConcurrency - this.#runs.size, (free) => {
      const next = line.ahead.splice(0, free);
      const now = clock.now();
      const read = next.map(({ material, ...rest }) => ({
        ...rest,
        material: { ...material, read: { ...material.read, now } },
      }));
      return admit(deps, line.plan, read);
    });
    if (begun < free) this.#line = null;
    return begun === free;
  }

  /** Takes slots for at most so many tasks, and gives back those of what was not admitted. */
  async #fill(
    room: number,
    admitInto: (free: number) => Promise<Admitted[]>,
  ): Promise<{ begun: number; free: number }> {
    const { slots } = this.deps;
    if (room <= 0) return { begun: 0, free: 0 };
    const free = slots.take(this.planId, room, () => void this.kick());
    let begun = 0;
    try {
      if (free === 0) return { begun, free };
      for (const one of await admitInto(free)) {
        begun += 1;
        this.#begin(one);
      }
    } finally {
      // Who cannot use what there is waits for no more: told of what it gives back itself, it would look again for ever.
      if (begun < free) slots.leave(this.planId);
      slots.giveBack(free - begun);
    }
    return { begun, free };
  }

  /** Refused when anything happened since the look: then there is something to do. */
  async #rest({ committer }: AdmissionDeps, { planSeq }: Outlook): Promise<boolean> {
    const { planId } = this;
    const result = await committer.commitTransition({
      atomic: true,
      plans: [{ planId, planSeq, rests: true, events: [] }],
      tasks: [],
    });
    this.#wanted ||= !result.plans[planId];
    return result.plans[planId] !== undefined;
  }

  #begin(admitted: Admitted): void {
    const { taskId } = admitted;
    const run = this.#run(admitted).finally(() => {
      this.#runs.delete(taskId);
      // Anything but a success may leave more to do than to let the next one begin.
      if (this.#sessions.get(taskId)?.session.state.status !== 'COMPLETED') this.#line = null;
      this.#sessions.delete(taskId);
      this.deps.slots.giveBack(1);
      this.#leaveIfDrained();
      void this.#goOn();
    });
    this.#runs.set(taskId, run);
  }

  async #run(admitted: Admitted): Promise<void> {
    const { deps, planId } = this;
    const { taskId } = admitted;
    const { abort, letGo } = abortedBy(this.#signal);
    const { signal } = abort;
    await withLogContext({ taskId, planId }, async () => {
      try {
        await runTask(
          {
            ...deps,
            committer: this.#deps?.committer ?? deps.committer,
            readRun: (id) => this.#materials.load(id),
            began: (session) => this.#sessions.set(taskId, { session, abort }),
          },
          admitted,
          signal,
        );
      } catch (error) {
        // Fenced or aborted: another process has it. Anything else that ends a run early leaves it to the next sweep.
        if (error instanceof Fenced)
          deps.log.info({ reason: error.message }, 'Another process took the task over');
        else if (!signal.aborted)
          deps.log.error({ err: error, taskId }, 'A run ended early; it is recovered');
      } finally {
        letGo();
      }
    });
  }

  /** What is being admitted runs to its boundary as well: left now, nobody would know whether it was sent. */
  #leaveIfDrained(): void {
    if (this.deps.draining() && this.#runs.size === 0 && !this.#looking) this.#end('left');
  }

  #told(error: unknown, millis: number): void {
    const { log, clock } = this.deps;
    const message = error === null ? null : troubleIn(error);
    const before = this.#trouble;
    if (message === (before?.message ?? null)) return;
    if (message === null) {
      this.#trouble = null;
      log.info({ planId: this.planId }, 'A plan gets on again');
      return;
    }
    // It began when the statement was sent, not when the database gave up.
    const since = before?.since ?? new Date(clock.now().getTime() - millis).toISOString();
    this.#trouble = { since, message };
    log.warn({ err: error, planId: this.planId }, 'A plan does not get on');
  }
}

import { checkHistory } from '@/chaos/check/check-history';
import type { History, Violation } from '@/chaos/check/history';
import type { Page } from '@/chaos/check/pages';
import { type TaskMachine, transitionTask } from '@/domain/task-transition';
import type { PlanJob } from '@/server/executor/queue/plan-queue';
import { Random } from '../random';
import { checkOrderly, checkRest } from './at-rest';
import { Engine } from './engine';
import { type Connections, Io, type News } from './io';
import { lostAnswer } from './lost-answer';
import { Operator } from './operator';
import { SimulatedProcess } from './process';
import { type Actor, ANSWERED, type Ending, type Operation, Scheduler } from './scheduler';
import { TargetClient, Targets } from './targets';
import { drawWorld, type World } from './world';

/** Everything that can go wrong on purpose. A whole run of the test in which one never occurred proves nothing of it. */
export const FAULTS = [
  'kill',
  'killUnderWay',
  'freeze',
  'thaw',
  'answerLostStored',
  'answerLostNotStored',
  'targetFails',
  'takenAway',
  'drivenTwice',
  'fenced',
  'goesDown',
  'command',
  'commandWhileStopped',
  'timePasses',
  'stop',
] as const;
export type Fault = (typeof FAULTS)[number];
export type FaultCounts = Record<Fault, number>;

/** The rows: those of the model or those of a real database. */
export interface Store {
  /** Turns of the event loop until whoever goes on has asked for what it wants next; 0 where it awaits only promises. */
  turns: number;
  connect(io: Io, news: News): Connections;
  create(world: World): Promise<void>;
  /** Database time. */
  millis(): number;
  pass(millis: number): void;
  /** Somebody waits for so long. */
  wait(millis: number): void | Promise<void>;
  /** Rises with every commit that stored something: there is news. */
  stored(): number;
  /** What the rows say of a process: whether it executes. */
  executes(nodeId: string, executing: boolean): Promise<void>;
  /** Admission is stopped everywhere, or no more. */
  stop(stopped: boolean): Promise<void>;
  /** What the sweep for data that leaked does, with nobody in between. */
  dropLeakedData(): Promise<void>;
  history(targets: Targets, atRest: boolean): Promise<History>;
}

export interface SimulationOptions {
  seed: number;
  plans: number;
  store: Store;
  /** Replaced by defective ones in the harness's own test. */
  transition?: TaskMachine;
  fenced?: boolean;
  /** How pages take events in. */
  page?: Page;
}

export interface SimulationResult {
  seed: number;
  hash: number;
  decisions: number;
  faults: FaultCounts;
  violations: Violation[];
  history: History;
}

const PROCESSES = 2;
const MOST_DECISIONS = 6000;
/** What was taken over under a stop waits for its end, and looks again and again: after so much it is lifted. */
const STOPPED_FOR = 2500;

/** One run: a world drawn from the seed, its faults and commands, then on without them until nothing is left to do. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  // Once in each run the loop goes round, for whatever else this process has to do.
  await new Promise<void>((resolve) => setImmediate(resolve));
  const random = new Random(options.seed);
  const world = drawWorld(random, options.plans);
  const run = new Simulation(random, world, options.store, options);
  return run.toTheEnd();
}

class Simulation {
  readonly #faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;
  readonly #scheduler: Scheduler;
  readonly #targets: Targets;
  readonly #operator: Operator;
  readonly #engine: Engine;
  readonly #processes: SimulatedProcess[] = [];
  readonly #crashes: Violation[] = [];
  #actors = 0;
  #faultsLeft: number;
  #commandsLeft: number;
  #faulty = true;
  readonly #looksAgain: boolean;
  #stopped = false;
  /** Nobody lifts the stop before everything has come to rest under it. */
  #leavesStop: boolean;
  /** How much was stored when the others were told of it, and when somebody looked whether anything is left. */
  #told = 0;
  #seen = -1;

  constructor(
    private readonly random: Random,
    private readonly world: World,
    private readonly store: Store,
    private readonly options: SimulationOptions,
  ) {
    this.#scheduler = new Scheduler(random, lostAnswer, store.turns);
    this.#faultsLeft = random.below(6);
    this.#commandsLeft = random.below(7);
    const failing = random.chance(0.25);
    this.#looksAgain = random.chance(0.3);
    this.#leavesStop = random.chance(0.5);
    const fails = () => failing && this.#faulty && this.#hit('targetFails', 0.15);
    this.#targets = new Targets(world.tenants, fails, options.fenced ?? true);
    this.#engine = new Engine(
      () => this.#waits(),
      (job, to) => this.#handed(job, to),
    );
    const io = new Io(this.#scheduler, this.#actor());
    this.#operator = new Operator(
      { ...store.connect(io, this.#news()), layers: () => ({}), transition: this.#transition },
      random,
      world.plans,
      (error) => this.#crashed(error),
    );
  }

  get #transition(): TaskMachine {
    return this.options.transition ?? transitionTask;
  }

  async toTheEnd(): Promise<SimulationResult> {
    const { store, world } = this;
    await store.create(world);
    for (let index = 0; index < PROCESSES; index += 1) await this.#startProcess();
    for (const { planId } of world.plans) this.#operator.start(planId);
    while (this.#scheduler.decisions < MOST_DECISIONS) {
      await this.#sometimes();
      if (this.#scheduler.ready === 0 && !(await this.#nothingReady())) break;
      if (this.#leavesStop && this.#scheduler.decisions > STOPPED_FOR) await this.#lift();
      if (this.#scheduler.ready > 0) await this.#scheduler.step((kind, actor) => this.#ending(kind, actor));
      this.#tellNews();
      for (const one of this.#processes.filter(({ isDown }) => isDown)) await this.#replace(one);
      store.pass(5);
    }
    const driven = new Set(this.#processes.flatMap(({ drives }) => drives.jobs.map(({ planId }) => planId)));
    for (const one of this.#processes) one.bury();
    await store.dropLeakedData();
    const endless = this.#scheduler.decisions >= MOST_DECISIONS;
    const history = await store.history(this.#targets, !endless);
    return {
      seed: this.options.seed,
      hash: this.#scheduler.hash,
      decisions: this.#scheduler.decisions,
      faults: this.#faults,
      violations: [
        ...this.#crashes,
        ...checkHistory(history, this.options.page),
        ...checkRest(history, endless, driven),
        ...(UNORDERLY.some((fault) => this.#faults[fault] > 0) ? [] : checkOrderly(history)),
      ],
      history,
    };
  }

  /** Faults and commands come in between, as long as there are any left. */
  async #sometimes(): Promise<void> {
    if (this.#faultsLeft > 0 && this.random.chance(0.03)) {
      this.#faultsLeft -= 1;
      await this.#disturb();
    }
    if (this.#commandsLeft > 0 && this.random.chance(0.03)) this.#command();
    const frozen = this.#processes.find((one) => one.io.actor.frozen);
    // Some wake up in the middle of what others made of their runs, some when it is over.
    if (frozen && this.random.chance(0.03)) this.#thaw(frozen);
  }

  async #disturb(): Promise<void> {
    const process = this.random.oneOf(this.#processes);
    const { actor } = process.io;
    switch (this.random.below(8)) {
      case 0:
      case 1: {
        const underWay = this.random.chance(0.5);
        this.#count(underWay ? 'killUnderWay' : 'kill');
        await this.#scheduler.kill(actor, underWay);
        // Somebody notices at once, or when it was silent for too long.
        if (this.random.chance(0.5)) this.#engine.takeAwayFrom(actor);
        await this.#replace(process);
        return;
      }
      case 2:
      case 3:
        if (actor.frozen) return;
        this.#count('freeze');
        actor.frozen = true;
        // It is taken for dead at once, or it is only slow.
        if (this.random.chance(0.7)) this.#engine.takeAwayFrom(actor);
        return;
      case 4:
        this.#count('timePasses');
        this.store.pass(10_000);
        for (const one of this.#processes) one.heartbeat();
        this.#tick();
        return;
      case 5:
        if (process.drives.size === 0) return;
        this.#count('takenAway');
        this.#engine.takeAwayFrom(actor);
        return;
      case 6:
        if (actor.frozen) return;
        this.#count('goesDown');
        process.goDown();
        return;
      default:
        this.#stopped = !this.#stopped;
        this.#count('stop');
        await this.store.stop(this.#stopped);
        for (const one of this.#processes) one.kick();
    }
  }

  #command(): void {
    this.#commandsLeft -= 1;
    this.#count('command');
    if (this.#stopped) this.#count('commandWhileStopped');
    this.#operator.act();
  }

  /** Returns whether there may be something to do after all. Faults end before anybody is let go. */
  async #nothingReady(): Promise<boolean> {
    if (this.#commandsLeft > 0) {
      this.#command();
      return true;
    }
    const frozen = this.#processes.filter((one) => one.io.actor.frozen);
    if (frozen.length > 0) {
      this.#thaw(this.random.oneOf(frozen));
      return true;
    }
    if (this.#faulty) {
      this.#faulty = false;
      this.#faultsLeft = 0;
      if (!this.#leavesStop) await this.#lift();
    }
    return this.#look();
  }

  async #lift(): Promise<void> {
    this.#leavesStop = false;
    this.#stopped = false;
    await this.store.stop(false);
    for (const one of this.#processes) one.kick();
  }

  /** Time passes and everybody looks; when that brings nothing new, nothing is left to do. */
  #look(): boolean {
    if (this.#seen === this.store.stored()) return false;
    this.#seen = this.store.stored();
    this.store.pass(6000);
    this.#tick();
    return true;
  }

  /** What every process does every second, and the engine as well. */
  #tick(): void {
    this.#engine.giveOnSilent((job) => this.#processes.some(({ drives }) => drives.jobs.includes(job)));
    for (const one of this.#processes) one.tick();
    this.random.oneOf(this.#processes).sweep();
  }

  #thaw(process: SimulatedProcess): void {
    this.#count('thaw');
    process.io.actor.frozen = false;
    // Some hear at once that others have their plans, some when they are refused.
    if (this.random.chance(0.5)) process.beat();
  }

  #tellNews(): void {
    const stored = this.store.stored();
    if (stored === this.#told) return;
    this.#told = stored;
    // News reaches some sooner than others; whom it misses looks with the next.
    const first = this.random.oneOf(this.#processes);
    for (const one of this.#processes) if (one === first || this.random.chance(0.3)) one.kick();
  }

  #news(): News {
    return {
      woken: (planIds) => {
        // Who stored it may be gone before he has told anybody: then the rows tell.
        if (this.random.chance(0.5)) this.random.oneOf(this.#processes).offer(planIds);
      },
      fenced: () => this.#count('fenced'),
    };
  }

  /** The engine has a plan for somebody. Not everybody hears of it. */
  #waits(): void {
    for (const one of this.#processes) if (this.random.chance(0.6)) one.take();
  }

  #handed(job: PlanJob, to: Actor): void {
    const others = this.#processes.filter(({ io }) => io.actor !== to);
    if (!this.#faulty || others.length === 0 || !this.#hit('drivenTwice', 0.06)) return;
    // Best of all one that stands still: it takes the plan over when that is long over.
    const frozen = others.filter(({ io }) => io.actor.frozen);
    this.random.oneOf(frozen.length > 0 ? frozen : others).begin(job);
  }

  #ending(kind: Operation, _actor: Actor): Ending {
    if (!this.#faulty || !LOSES_ANSWERS.has(kind) || !this.random.chance(0.015)) return 'answered';
    const stored = this.random.chance(0.5);
    this.#count(stored ? 'answerLostStored' : 'answerLostNotStored');
    return stored ? 'lostAfter' : 'lostBefore';
  }

  /** Another process comes in its place. */
  async #replace(process: SimulatedProcess): Promise<void> {
    process.bury();
    this.#processes.splice(this.#processes.indexOf(process), 1);
    await this.store.executes(process.nodeId, false);
    await this.#startProcess();
  }

  async #startProcess(): Promise<void> {
    const io = new Io(this.#scheduler, this.#actor());
    const process = new SimulatedProcess({
      io,
      connections: this.store.connect(io, this.#news()),
      queue: this.#engine.queueOf(io),
      slots: this.random.oneOf([1, 2, 4]),
      client: new TargetClient(this.#targets, io),
      transition: this.#transition,
      monotonic: () => this.store.millis(),
      waited: (millis) => this.store.wait(millis),
      looksAgain: this.#looksAgain,
      crashed: (error) => this.#crashed(error),
    });
    this.#processes.push(process);
    await this.store.executes(process.nodeId, true);
    process.take();
  }

  #actor(): Actor {
    this.#actors += 1;
    return { index: this.#actors, frozen: false };
  }

  #hit(fault: Fault, share: number): boolean {
    if (!this.random.chance(share)) return false;
    this.#count(fault);
    return true;
  }

  #count(fault: Fault): void {
    this.#faults[fault] += 1;
    this.#scheduler.note(1000 + FAULTS.indexOf(fault));
  }

  #crashed(error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#crashes.push({ invariant: 'crash', subject: 'process', message });
  }
}

/** Without any of these nobody ever leaves a step behind of which nobody knows whether it was sent. */
const UNORDERLY: readonly Fault[] = [
  ...(['kill', 'killUnderWay', 'freeze', 'takenAway', 'drivenTwice'] as const),
  ...(['answerLostStored', 'answerLostNotStored'] as const),
];

const LOSES_ANSWERS: ReadonlySet<Operation> = new Set(ANSWERED);

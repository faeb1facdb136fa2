import type { Random } from '../random';

/** Operations that somebody answers: an answer can be lost. */
export const ANSWERED = ['read', 'commit', 'lookUp', 'send', 'save', 'load', 'drop', 'queue'] as const;

/** What an operation is about; the fault that hit it, and the hash of a run's decisions, name it so. */
export const OPERATIONS = [...ANSWERED, 'wait', 'sweep'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Who performs operations: a process that runs tasks, or the operator's commands. */
export interface Actor {
  index: number;
  /** Its operations wait until it thaws. */
  frozen: boolean;
  /** Whatever it still asks for never happens. */
  dead?: boolean;
}

interface Pending {
  actor: Actor;
  kind: Operation;
  effect: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** How an operation ends when no fault hits it, or when one does. */
export type Ending = 'answered' | 'lostAfter' | 'lostBefore';

/**
 * Everything that could happen next, as a list of operations that wait for their turn. Which one is next is drawn; a
 * run is the sequence of these draws. Nothing happens by itself: no timers, no sockets.
 */
export class Scheduler {
  #pending: Pending[] = [];
  #low = 17;
  #high = 31;
  decisions = 0;

  constructor(
    private readonly random: Random,
    private readonly lost: () => Error,
    /** After how many turns of the loop everybody has asked for what they want next; 0 where they await only promises. */
    private readonly turns: number,
  ) {}

  /** Waits for its turn, then does `effect` at once. */
  perform<T>(actor: Actor, kind: Operation, effect: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (actor.dead) return;
      this.#pending.push({ actor, kind, effect, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  get ready(): number {
    let ready = 0;
    for (const one of this.#pending) if (!one.actor.frozen) ready += 1;
    return ready;
  }

  has(actor: Actor): boolean {
    return this.#pending.some((one) => one.actor === actor);
  }

  /** Does one of the operations that could be next. `ending` is asked which fault hits it, if any. */
  async step(ending: (kind: Operation, actor: Actor) => Ending): Promise<void> {
    let nth = this.random.below(this.ready);
    const index = this.#pending.findIndex((one) => !one.actor.frozen && nth-- === 0);
    const [one] = this.#pending.splice(index, 1);
    if (!one) throw new Error('Nothing is ready');
    this.note(one.actor.index * OPERATIONS.length + OPERATIONS.indexOf(one.kind));
    const how = ending(one.kind, one.actor);
    if (how === 'lostBefore') one.reject(this.lost());
    else await this.#do(one, how);
    await this.#settled();
  }

  /** A process is gone: what it was about to do never happens, except what was already under way. */
  async kill(actor: Actor, underWay: boolean): Promise<void> {
    actor.dead = true;
    const own = this.#pending.filter((one) => one.actor === actor);
    this.#pending = this.#pending.filter((one) => one.actor !== actor);
    const last = own.filter(({ kind }) => kind === 'commit' || kind === 'send' || kind === 'save');
    if (underWay && last.length > 0) await attempt(this.random.oneOf(last).effect);
  }

  /** Decisions that are not about an operation count as well: faults, commands, time. */
  note(code: number): void {
    this.decisions += 1;
    this.#low = (Math.imul(this.#low, 31) + code + 1) | 0;
    this.#high = (Math.imul(this.#high ^ (code + 7), 0x9e3779b1) + 1) | 0;
  }

  /** Names this order of events; two runs with the same one are the same interleaving. */
  get hash(): number {
    return (this.#high >>> 11) * 2 ** 32 + (this.#low >>> 0);
  }

  /** Resolves when everybody has gone on as far as they can without another operation. */
  async #settled(): Promise<void> {
    // Comes after every promise that is settled by now, and costs less than a turn.
    if (this.turns === 0) await new Promise<void>((resolve) => process.nextTick(resolve));
    for (let turn = 0; turn < this.turns; turn += 1)
      await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async #do(one: Pending, how: Ending): Promise<void> {
    try {
      const value = one.effect();
      const answer = value instanceof Promise ? await value : value;
      if (how === 'lostAfter') one.reject(this.lost());
      else one.resolve(answer);
    } catch (error) {
      one.reject(error);
    }
  }
}

async function attempt(effect: () => unknown): Promise<void> {
  try {
    await effect();
  } catch {
    // Nobody is there any more to hear of it.
  }
}

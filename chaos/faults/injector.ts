import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosDatabase } from '../nodes/database';
import type { ServerNode } from '../nodes/node';
import type { Options } from '../options';
import type { Random } from '../random';
import type { Takeovers } from '../takeovers';
import type { Behaviour } from '../targets/protocol';
import type { Targets } from '../targets/targets';
import { type Fault, type FaultCounts, NETWORK_FAULTS, TARGET_FAULTS } from './faults';
import { lane, moments } from './schedule';
import type { TcpProxy } from './tcp-proxy';

/** Longer than the 10 s after which a silent node's plans are given to others, by a good deal. */
const FREEZE_MS = [14_000, 18_000] as const;
/** Shorter and longer than the 8 s after which a node that hears nothing of its database stops sending. */
const HALF_OPEN_MS = [2500, 15_000] as const;
const NETWORK_MS = [1500, 4000] as const;
/** Longer by a good deal than the 5 s that a statement waits for a lock. */
const LOCK_MS = [8000, 11_000] as const;
const LOOK_MS = 500;
/** Until everybody has his connections again, and his locks. */
const RECONNECTED_MS = 1500;
const FLAP_MS = [1500, 4000] as const;
/** How often a kill may leave nobody alive. */
const ALL_DOWN = 0.1;
/** How the targets are when nothing ails them: slow enough for faults to come between a call and its answer. */
export const HEALTHY: Behaviour = { failing: 0, dropping: 0, latency: [100, 900] };

export interface Injected {
  nodes: readonly ServerNode[];
  database: ChaosDatabase;
  targets: Targets;
  takeovers: Takeovers;
  counts: FaultCounts;
  random: Random;
  say(line: string): void;
}

/** Fires the faults of a run, each kind in a lane of its own, at times that the seed decides. */
export class Injector {
  /** Restarts of nodes under way. */
  readonly #starting = new Set<Promise<void>>();
  /** Locked plans that a node told of at /readyz. */
  told = 0;

  constructor(private readonly on: Injected) {}

  /** Resolves when every fault of the options has been fired and is over. */
  async run(options: Options): Promise<void> {
    const window = options.minutes * 60_000;
    const began = performance.now();
    const { random } = this.on;
    const start = (
      name: string,
      count: number,
      fire: (index: number, random: Random) => Promise<void>,
      share = 1,
    ) => {
      const chance = random.fork(name);
      return lane(moments(count, window * share, chance), began, (index) => fire(index, chance));
    };
    const database = shuffledOften(NETWORK_FAULTS, random.fork('database kinds'));
    const target = shuffledOften(NETWORK_FAULTS, random.fork('target kinds'));
    const flaps = shuffledOften(TARGET_FAULTS, random.fork('flaps'));
    // What lasts long starts early enough to end with the rest.
    const freezeShare = Math.max(0.2, 1 - 20_000 / window);
    await Promise.all([
      start('kills', options.kills, (_, chance) => this.#kill(chance)),
      start('freezes', options.freezes, (_, chance) => this.#freeze(chance), freezeShare),
      start('locks', options.locks, (_, chance) => this.#lock(chance), freezeShare),
      start('crashes', options.crashes, (index) => this.#crash(index)),
      start('database', options.databaseFaults, async (index, chance) => {
        const node = await this.#anyNode(chance, (one) => this.#othersCan(one));
        return this.#network('database', database(index), node.proxy, node.name, chance);
      }),
      start('targets', options.targetFaults, async (index, chance) => {
        const { proxies } = this.on.targets;
        const proxy = chance.pick(proxies);
        if (proxy)
          await this.#network('target', target(index), proxy, `way ${proxies.indexOf(proxy) + 1}`, chance);
      }),
      start('flaps', options.flaps, (index, chance) => this.#flap(flaps(index), chance)),
    ]);
  }

  /** Ends whatever ails anything, and waits until every node is up. */
  async heal(): Promise<void> {
    const { nodes, targets } = this.on;
    for (const proxy of [...nodes.map((node) => node.proxy), ...targets.proxies])
      if (proxy.suffering) proxy.heal('reset');
    targets.behave(HEALTHY);
    for (const node of nodes) if (node.state === 'frozen') node.thaw();
    await Promise.all(this.#starting);
  }

  async #kill(random: Random): Promise<void> {
    // Mostly somebody is left who can take over; now and then nobody is.
    const alone = random.chance(ALL_DOWN);
    const node = await this.#anyNode(random, (one) => alone || this.#othersCan(one));
    const { pid, name, proxy } = node;
    const at = Date.now();
    // What passes nothing on does not tell the database of the end either.
    const silent = proxy.silent;
    await node.kill();
    this.#fired('kill', name);
    this.on.takeovers.note(pid, at, silent ? 'freeze' : 'kill');
    const start = node.start();
    this.#starting.add(start);
    void start.finally(() => this.#starting.delete(start));
  }

  async #freeze(random: Random): Promise<void> {
    const node = await this.#anyNode(random, (one) => this.#othersCan(one));
    const at = Date.now();
    node.freeze();
    this.#fired('freeze', node.name);
    this.on.takeovers.note(node.pid, at, 'freeze');
    await delay(random.between(...FREEZE_MS));
    node.thaw();
    this.on.say(`${node.name} goes on`);
  }

  /** Somebody holds a plan: its driver waits and says so, and the other plans go on. */
  async #lock(random: Random): Promise<void> {
    const { database, nodes, takeovers, say } = this.on;
    const driven = () => database.drivenBy(nodes.filter(({ state }) => state === 'up').map(({ pid }) => pid));
    let planId = await driven();
    while (planId === null) {
      await delay(LOOK_MS);
      planId = await driven();
    }
    this.#fired('lockPlan', planId);
    const from = Date.now();
    let over = false;
    const held = database.lockPlan(planId, random.between(...LOCK_MS)).finally(() => {
      over = true;
    });
    let told = false;
    while (!over) {
      await delay(LOOK_MS);
      const plans = await Promise.all(nodes.map((node) => node.troubled()));
      told ||= plans.some((words) => words.includes(`${planId},`));
    }
    await held;
    takeovers.noteLocked(planId, from, Date.now());
    if (told) this.told += 1;
    say(`${planId} is let go${told ? ', and was told of' : ''}`);
  }

  async #crash(index: number): Promise<void> {
    const { database } = this.on;
    const from = Date.now();
    if (index % 2 === 0) {
      this.#fired('postgresShutdown');
      await database.crash();
    } else if (await database.killBackend()) this.#fired('postgresBackend');
    this.on.takeovers.noteTrouble(from, Date.now() + RECONNECTED_MS);
  }

  async #network(
    where: 'database' | 'target',
    what: (typeof NETWORK_FAULTS)[number],
    proxy: TcpProxy,
    name: string,
    random: Random,
  ): Promise<void> {
    this.#fired(`${where}${what}`, name);
    const from = Date.now();
    if (what === 'Reset') {
      proxy.reset();
      if (where === 'database') this.on.takeovers.noteTrouble(from, from + RECONNECTED_MS);
      return;
    }
    if (what === 'Latency') proxy.suffer({ kind: 'latency', millis: random.whole(50, 400) });
    if (what === 'Trickle') proxy.suffer({ kind: 'trickle', bytes: random.whole(20, 200), everyMillis: 5 });
    if (what === 'HalfOpen') {
      proxy.suffer({ kind: 'halfOpen' });
      if (where === 'database') this.on.takeovers.noteCutOff(Date.now());
    }
    const lasts = what === 'HalfOpen' ? HALF_OPEN_MS : NETWORK_MS;
    await delay(random.between(lasts[0], lasts[1]));
    // A request that was held back for the targets may not arrive after the task it belongs to: nobody could fence it.
    const reset = what === 'HalfOpen' && (where === 'target' || random.chance(0.5));
    proxy.heal(reset ? 'reset' : 'resume');
    if (where === 'database') this.on.takeovers.noteTrouble(from, Date.now() + RECONNECTED_MS);
    this.on.say(`${where} network of ${name} is well again${reset ? ', its connections reset' : ''}`);
  }

  async #flap(fault: (typeof TARGET_FAULTS)[number], random: Random): Promise<void> {
    const { targets } = this.on;
    this.#fired(fault);
    targets.behave({
      failing: fault === 'targetFailing' ? random.between(0.2, 0.9) : 0,
      dropping: fault === 'targetDropping' ? random.between(0.1, 0.5) : 0,
      latency: fault === 'targetSlow' ? [1000, 5000] : HEALTHY.latency,
    });
    await delay(random.between(...FLAP_MS));
    targets.behave(HEALTHY);
  }

  /** Waits for a node that runs, and is `allowed`. */
  async #anyNode(random: Random, allowed: (node: ServerNode) => boolean = () => true): Promise<ServerNode> {
    for (;;) {
      const node = random.pick(this.on.nodes.filter((one) => one.state === 'up' && allowed(one)));
      if (node) return node;
      await delay(50);
    }
  }

  /** Somebody must be left to take over: one who is up, and not cut off from the database. */
  #othersCan(than: ServerNode): boolean {
    return this.on.nodes.some((node) => node !== than && node.state === 'up' && !node.proxy.suffering);
  }

  #fired(fault: Fault, where?: string): void {
    this.on.counts.note(fault);
    this.on.say(`${fault}${where ? `: ${where}` : ''}`);
  }
}

/** The values in a random order, then in another, and so on: none comes much more often than the others. */
function shuffledOften<T>(values: readonly T[], random: Random): (index: number) => T {
  const drawn: T[] = [];
  return (index) => {
    while (drawn.length <= index) drawn.push(...random.shuffled(values));
    return drawn[index] as T;
  };
}

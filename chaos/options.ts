import { asNumberFlags, readNumberFlags } from './number-flags';

/** What a run does; every number can be set by a flag of its name. */
export type Options = {
  seed: number;
  /** How long faults are injected; coming to rest takes some more. */
  minutes: number;
  /** At least so many tasks are made. */
  tasks: number;
  tenants: number;
  nodes: number;
  /** kill -9 of a node. */
  kills: number;
  /** SIGSTOP of a node for longer than it takes the others to take over. */
  freezes: number;
  /** Times at which somebody else holds a plan's row in the database. */
  locks: number;
  /** Crashes of Postgres, by turns an immediate shutdown and the death of one backend. */
  crashes: number;
  /** Faults of the network to the database. */
  databaseFaults: number;
  /** Faults of the network to the targets. */
  targetFaults: number;
  /** Times at which the targets themselves misbehave. */
  flaps: number;
  /** Connections that watch plans. */
  sockets: number;
  /** What operators press in a second. */
  clicks: number;
  /** 1: a takeover that takes longer than promised fails the run. 0: it is told, where others use the machine as well. */
  timed: number;
};

/** The full run. */
const DEFAULTS: Options = {
  seed: 0,
  minutes: 5.5,
  tasks: 1000,
  tenants: 300,
  nodes: 3,
  kills: 100,
  freezes: 20,
  locks: 10,
  crashes: 6,
  databaseFaults: 32,
  targetFaults: 32,
  flaps: 24,
  sockets: 200,
  clicks: 2,
  timed: 1,
};

/** The run of the test suite: each fault at least once. */
const SHORT: Options = {
  ...DEFAULTS,
  seed: 1,
  minutes: 0.6,
  tasks: 120,
  tenants: 60,
  kills: 8,
  freezes: 2,
  locks: 2,
  crashes: 2,
  databaseFaults: 4,
  targetFaults: 4,
  flaps: 3,
  sockets: 40,
  timed: 0,
};

/** Reads the command line; throws in words what is wrong with it. Without a seed each run draws one. */
export function readOptions(args: readonly string[]): Options {
  const options = readNumberFlags(args, { full: DEFAULTS, short: SHORT });
  if (options.nodes < 2) throw new Error('--nodes must be at least 2: somebody has to take over.');
  return options;
}

/** The options as a command line that repeats the run. */
export const asCommandLine = (options: Options): string => `npm run chaos -- ${asNumberFlags(options)}`;

import { asNumberFlags, readNumberFlags } from '../number-flags';

/** What a hostile run does; every number can be set by a flag of its name. */
export type HostileOptions = {
  seed: number;
  /** How long targets are odd and operators press buttons; coming to rest is extra. */
  minutes: number;
  tenants: number;
  /** Tasks of one plan. */
  plan: number;
  /** What operators press in a second. */
  clicks: number;
};

const DEFAULTS: HostileOptions = { seed: 0, minutes: 4, tenants: 120, plan: 20, clicks: 6 };
/** The run of the test suite. */
const SHORT: HostileOptions = { ...DEFAULTS, seed: 1, minutes: 0.4, tenants: 60, plan: 12 };

export const isHostile = (args: readonly string[]): boolean => args.includes('--hostile');

/** Reads the command line; throws in words what is wrong with it. Without a seed each run draws one. */
export const readHostileOptions = (args: readonly string[]): HostileOptions =>
  readNumberFlags(args, { full: DEFAULTS, short: SHORT }, 'hostile');

/** The options as a command line that repeats the run. */
export const asHostileCommand = (options: HostileOptions): string =>
  `npm run chaos -- --hostile ${asNumberFlags(options)}`;

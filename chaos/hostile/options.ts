import { parseArgs } from 'node:util';

/** What a hostile run does; every number can be set by a flag of its name. */
export interface HostileOptions {
  seed: number;
  /** How long targets are odd and operators press buttons; coming to rest is extra. */
  minutes: number;
  tenants: number;
  /** Tasks of one plan. */
  plan: number;
  /** What operators press in a second. */
  clicks: number;
}

const DEFAULTS: HostileOptions = { seed: 0, minutes: 4, tenants: 120, plan: 20, clicks: 6 };
/** The run of the test suite. */
const SHORT: HostileOptions = { ...DEFAULTS, seed: 1, minutes: 0.4, tenants: 60, plan: 12 };

export const isHostile = (args: readonly string[]): boolean => args.includes('--hostile');

/** Reads the command line; throws in words what is wrong with it. Without a seed each run draws one. */
export function readHostileOptions(args: readonly string[]): HostileOptions {
  const names = Object.keys(DEFAULTS) as (keyof HostileOptions)[];
  const { values } = parseArgs({
    args: [...args],
    options: {
      hostile: { type: 'boolean' },
      short: { type: 'boolean' },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const options = values.short ? { ...SHORT } : { ...DEFAULTS, seed: Math.floor(Math.random() * 2 ** 31) };
  for (const name of names) {
    const given = (values as Record<string, string | boolean | undefined>)[name];
    if (given === undefined) continue;
    const number = Number(given);
    if (!Number.isFinite(number) || number < 0) throw new Error(`--${name} must be a number, not ${given}.`);
    options[name] = number;
  }
  return options;
}

/** The options as a command line that repeats the run. */
export const asHostileCommand = (options: HostileOptions): string =>
  `npm run chaos -- --hostile ${Object.entries(options)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')}`;

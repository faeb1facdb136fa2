import { parseArgs } from 'node:util';

type Numbers<Name extends string> = Record<Name, number>;

/**
 * Reads numbers that have flags of their names; `--short` chooses the short run, and `apart` is what else may be said.
 * Without a seed each run draws one. Throws in words what is wrong.
 */
export function readNumberFlags<Name extends string>(
  args: readonly string[],
  runs: { full: Numbers<Name | 'seed'>; short: Numbers<Name | 'seed'> },
  ...apart: string[]
): Numbers<Name | 'seed'> {
  const names = Object.keys(runs.full) as (Name | 'seed')[];
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(['short', ...apart].map((name) => [name, { type: 'boolean' as const }])),
      ...Object.fromEntries(names.map((name) => [flag(name), { type: 'string' as const }])),
    },
  });
  const options = values.short
    ? { ...runs.short }
    : { ...runs.full, seed: Math.floor(Math.random() * 2 ** 31) };
  for (const name of names) {
    const given = values[flag(name)];
    if (given === undefined) continue;
    const number = Number(given);
    if (!Number.isFinite(number) || number < 0)
      throw new Error(`--${flag(name)} must be a number, not ${given}.`);
    options[name] = number;
  }
  return options;
}

/** The numbers as a command line that repeats the run. */
export const asNumberFlags = (options: object): string =>
  Object.entries(options)
    .map(([name, value]) => `--${flag(name)} ${value}`)
    .join(' ');

const flag = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

import { parseArgs } from 'node:util';
import { shownName, unknownName } from '@/server/input/nearest';

/** The command line is not one of ours; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type OptionSpec = { type: 'string' | 'boolean'; multiple?: boolean; short?: string };
export type Options = Record<string, OptionSpec>;
type Value = string | boolean | (string | boolean)[] | undefined;

/** What was given for a command: its options by name, and what stood without one. */
export class Given {
  constructor(
    private readonly values: Record<string, Value>,
    readonly positionals: readonly string[],
  ) {}

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  all(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  needed(name: string): string {
    const value = this.text(name);
    if (!value) throw new UsageError(`--${name} is missing.`);
    return value;
  }

  number(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value)) throw new UsageError(`--${name} must be a whole number.`);
    return Number(value);
  }

  /** The command is about nothing that stands without an option. */
  none(): void {
    const [one] = this.positionals;
    if (one !== undefined) throw new UsageError(`"${shownName(one)}" is not expected here.`);
  }

  /** The one thing the command is about. */
  only(what: string): string {
    const [one, ...more] = this.positionals;
    if (!one) throw new UsageError(`Say which ${what}.`);
    if (more.length > 0) throw new UsageError(`Only one ${what} at a time.`);
    return one;
  }
}

/** Options that every command takes. */
const COMMON: Options = {
  url: { type: 'string' },
  key: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

/** Reads the command line of one command; an unknown option is an error. */
export function readArguments(args: readonly string[], options: Options, common = COMMON): Given {
  const known = { ...common, ...options };
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: known,
      allowPositionals: true,
      tokens: true,
    });
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = given.find((name, index) => !known[name]?.multiple && given.indexOf(name) !== index);
    if (twice !== undefined) throw new UsageError(`--${twice} is given twice.`);
    return new Given(values, positionals);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(inOurWords(error, known));
  }
}

/** What Node says of a command line; of an unknown option, what may have been meant. */
function inOurWords(error: unknown, known: Options): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(--?[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return message;
  return `${shownName(unknown)} ${unknownName(
    unknown,
    Object.keys(known).map((name) => `--${name}`),
  )}`;
}

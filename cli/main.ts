import { nearest, shownName } from '@/server/input/nearest';
import { type Options, readArguments, UsageError } from './arguments';
import { verifyAudit } from './audit';
import { createClient, Refused, Unreachable } from './client';
import type { Command, LocalCommand, Terminal } from './command';
import { EXIT } from './exit-codes';
import { createPlan, planCommand, planStatus, startPlan, watch } from './plans';
import { checkPlaybook } from './playbooks';
import { exportTenants, importTenants, undoImport } from './tenants';

export const COMMANDS: Record<string, Command> = {
  'plan create': createPlan,
  'plan start': startPlan,
  'plan watch': watch,
  'plan status': planStatus,
  'plan pause': planCommand('pause', 'take nothing new in and hold every tenant at its next stage boundary'),
  'plan resume': planCommand('resume', 'let a paused or halted plan go on'),
  'plan cancel': planCommand('cancel', 'cancel what waits, and what runs at its next stage boundary'),
  'plan rollback': planCommand('rollback', 'bring back every tenant that the plan started to switch'),
  'playbook check': checkPlaybook,
  'tenants import': importTenants,
  'tenants undo-import': undoImport,
  'tenants export': exportTenants,
  'audit verify': verifyAudit,
};

const ACCESS = [
  'Common options:',
  '  --url <address>    the server, else SWITCHYARD_URL, else http://127.0.0.1:3000',
  '  --key <api key>    else SWITCHYARD_API_KEY (better: keys on a command line can be seen by others)',
  '  --json             JSON on standard output; messages still go to standard error',
  '  -h, --help',
];

const CODES = [
  'Exit codes:',
  '  0  done; of a followed plan: completed',
  '  1  the command line is wrong, or the server refused',
  '  2  the plan finished with failures',
  '  3  the plan is halted, paused or waits for an approval',
  '  4  the plan was cancelled or rolled back',
  '  5  the server cannot be reached',
];

/** Runs one command line and answers with its exit code; `local`: what the program can do besides asking a server. */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  local: Readonly<Record<string, LocalCommand>> = {},
): Promise<number> {
  try {
    return await run(args, env, terminal, local);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.error(`${error.message}\nSee: switchyard --help`);
      return EXIT.refused;
    }
    if (error instanceof Refused || error instanceof Unreachable) {
      terminal.error(error.message);
      return error instanceof Refused ? EXIT.refused : EXIT.unreachable;
    }
    throw error;
  }
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  local: Readonly<Record<string, LocalCommand>>,
): Promise<number> {
  const [group = '', verb, ...rest] = args;
  if (Object.hasOwn(local, group))
    return runLocal(group, local[group] as LocalCommand, args.slice(1), terminal);
  const command = COMMANDS[`${group} ${verb}`];
  if (!command) {
    if (group !== '' && !['help', '--help', '-h'].includes(group) && !['--help', '-h'].includes(verb ?? ''))
      throw new UsageError(noSuchCommand([group, verb].filter(Boolean).join(' '), Object.keys(local)));
    terminal.out(overview(local));
    return group === '' ? EXIT.refused : EXIT.completed;
  }
  const given = readArguments(rest, command.options);
  if (given.flag('help')) {
    terminal.out(helpOf(command));
    return EXIT.completed;
  }
  const access = accessOf(
    given.text('url') ?? env.SWITCHYARD_URL,
    given.text('key') ?? env.SWITCHYARD_API_KEY,
  );
  const client = createClient(access);
  return command.run({ ...terminal, access, client, given, json: given.flag('json') });
}

async function runLocal(
  name: string,
  { summary, help = [], json = false, takes, run }: LocalCommand,
  given: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const common: Options = json ? { json: { type: 'boolean' } } : {};
  if (given.some((one) => one === '--help' || one === '-h')) {
    const usage = ['switchyard', name, ...(takes ? [takes.usage] : []), ...(json ? ['[--json]'] : [])].join(
      ' ',
    );
    terminal.out([`Usage: ${usage}`, '', sentence(summary), ...help.map((line) => `  ${line}`)].join('\n'));
    return EXIT.completed;
  }
  const other = takes ? undefined : given.find((one) => !(json && one === '--json'));
  if (other !== undefined)
    throw new UsageError(
      `${name} takes ${json ? 'only --json' : 'nothing'}, but "${shownName(other)}" was given.`,
    );
  return run(readArguments(given, takes?.options ?? {}, common));
}

function accessOf(address: string | undefined, key: string | undefined) {
  const text = address || 'http://127.0.0.1:3000';
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`${text} is not the http(s) address of a server.`);
  if (!key) throw new UsageError('Give an API key: SWITCHYARD_API_KEY, or --key.');
  return { url: new URL(text), key };
}

function noSuchCommand(given: string, local: readonly string[]): string {
  const near = nearest(given, [...Object.keys(COMMANDS), ...local]);
  return `There is no command "${shownName(given)}".${near === null ? '' : ` Did you mean "${near}"?`}`;
}

function overview(local: Readonly<Record<string, LocalCommand>>): string {
  const all = Object.entries<{ summary: string }>({ ...COMMANDS, ...local });
  const width = Math.max(...all.map(([name]) => name.length));
  return [
    'Usage: switchyard <command> [options]',
    '',
    ...all.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    ...ACCESS,
    '',
    ...CODES,
  ].join('\n');
}

const sentence = (summary: string): string => `${summary[0]?.toUpperCase()}${summary.slice(1)}.`;

function helpOf({ usage, summary, help }: Command): string {
  return [
    `Usage: switchyard ${usage}`,
    '',
    sentence(summary),
    ...(help.length > 0 ? ['', ...help.map((line) => `  ${line}`)] : []),
    '',
    ...ACCESS,
    '',
    ...CODES,
  ].join('\n');
}

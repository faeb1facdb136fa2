import { nearest, shownName } from '@/server/input/nearest';
import { type Options, readArguments, UsageError } from './arguments';
import { verifyAudit } from './audit';
import { createClient, Refused, Unreachable } from './client';
import type { Command, LocalCommand, Terminal } from './command';
import { completionFor, SHELLS } from './completion';
import { applyConfig, diffConfig, exportConfig } from './config';
import { EXIT } from './exit-codes';
import { setDeadline } from './plan-deadline';
import { approvePlan, retryPlan, sharePlan } from './plan-decisions';
import { overridePlan } from './plan-override';
import { createPlan, planCommand, planStatus, startPlan, watch } from './plans';
import { checkPlaybook, testPlaybook } from './playbooks';
import { editTenants } from './tenant-edit';
import { exportTenants, importTenants, undoImport } from './tenants';
import { pushVersion } from './versions';

export const COMMANDS: Record<string, Command> = {
  'plan create': createPlan,
  'plan start': startPlan,
  'plan watch': watch,
  'plan status': planStatus,
  'plan pause': planCommand('pause', 'take nothing new in and hold every tenant at its next stage boundary'),
  'plan resume': planCommand('resume', 'let a paused or halted plan go on'),
  'plan cancel': planCommand('cancel', 'cancel what waits, and what runs at its next stage boundary'),
  'plan rollback': planCommand('rollback', 'bring back every tenant that the plan started to switch'),
  'plan retry': retryPlan,
  'plan approve': approvePlan,
  'plan override': overridePlan,
  'plan deadline': setDeadline,
  'plan share': sharePlan,
  'playbook check': checkPlaybook,
  'playbook test': testPlaybook,
  'tenants import': importTenants,
  'tenants undo-import': undoImport,
  'tenants export': exportTenants,
  'tenants edit': editTenants,
  'versions push': pushVersion,
  'audit verify': verifyAudit,
  export: exportConfig,
  diff: diffConfig,
  apply: applyConfig,
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
  '  2  the plan finished with failures; of "diff": there are differences; of "audit verify": something is wrong',
  '  3  the plan is halted, paused or waits for an approval',
  '  4  the plan was cancelled or rolled back',
  '  5  the server cannot be reached',
  '  130  somebody pressed Ctrl-C; what was sent goes on at the server',
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
  const [group = '', verb] = args;
  if (group === 'completion') return completion(args.slice(1), terminal, local);
  if (Object.hasOwn(local, group))
    return runLocal(group, local[group] as LocalCommand, args.slice(1), terminal);
  const name = Object.hasOwn(COMMANDS, group) ? group : `${group} ${verb}`;
  const command = COMMANDS[name];
  if (!command) {
    if (group !== '' && !['help', '--help', '-h'].includes(group) && !['--help', '-h'].includes(verb ?? ''))
      throw new UsageError(noSuchCommand([group, verb].filter(Boolean).join(' '), Object.keys(local)));
    terminal.out(overview(local));
    return group === '' ? EXIT.refused : EXIT.completed;
  }
  const given = readArguments(args.slice(name.split(' ').length), command.options);
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

/** It asks no server: a shell runs it when it starts. */
function completion(
  given: readonly string[],
  terminal: Terminal,
  local: Readonly<Record<string, LocalCommand>>,
): number {
  if (given.some((one) => one === '--help' || one === '-h')) {
    terminal.out(COMPLETION.join('\n'));
    return EXIT.completed;
  }
  const [one, ...more] = given;
  const shell = SHELLS.find((known) => known === one);
  if (!shell || more.length > 0) throw new UsageError(`Say which shell: ${SHELLS.join(', ')}.`);
  terminal.out(completionFor(shell, COMMANDS, local));
  return EXIT.completed;
}

const COMPLETION = [
  `Usage: switchyard completion <${SHELLS.join('|')}>`,
  '',
  'Write what a shell evaluates to complete command lines.',
  '',
  '  bash   in ~/.bashrc:                    eval "$(switchyard completion bash)"',
  '  zsh    in ~/.zshrc, after compinit:     eval "$(switchyard completion zsh)"',
  '  fish   in ~/.config/fish/config.fish:   switchyard completion fish | source',
  '',
  'Example: switchyard completion bash > ~/.local/share/bash-completion/completions/switchyard',
];

function accessOf(address: string | undefined, key: string | undefined) {
  const text = address || 'http://127.0.0.1:3000';
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`${text} is not the http(s) address of a server.`);
  if (!key) throw new UsageError('Give an API key: SWITCHYARD_API_KEY, or --key.');
  return { url: new URL(text), key };
}

function noSuchCommand(given: string, local: readonly string[]): string {
  const near = nearest(given, [...Object.keys(COMMANDS), 'completion', ...local]);
  return `There is no command "${shownName(given)}".${near === null ? '' : ` Did you mean "${near}"?`}`;
}

function overview(local: Readonly<Record<string, LocalCommand>>): string {
  const all = Object.entries<{ summary: string }>({
    ...COMMANDS,
    completion: { summary: 'write what bash, zsh or fish complete command lines with' },
    ...local,
  });
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

function helpOf({ usage, summary, help, example }: Command): string {
  return [
    `Usage: switchyard ${usage}`,
    '',
    sentence(summary),
    ...(help.length > 0 ? ['', ...help.map((line) => `  ${line}`)] : []),
    '',
    `Example: ${example}`,
    '',
    ...ACCESS,
    '',
    ...CODES,
  ].join('\n');
}

import { type Options, UsageError } from './arguments';
import { asked } from './client';
import type { Command, Session } from './command';
import { EXIT } from './exit-codes';
import { DEADLINE, DEADLINE_HELP, deadlineLines, deadlineOf } from './plan-deadline';
import { readText } from './read-text';
import { REQUEST_ID, REQUEST_ID_HELP, requestIdOf } from './request-id';
import { labelsFrom } from './tenants';
import { statusLine, watchPlan } from './watch';

const PATIENCE_SECONDS = 60;

const WATCHING: Options = {
  wait: { type: 'boolean' },
  events: { type: 'boolean' },
  patience: { type: 'string' },
};
const WATCHING_HELP = [
  '--wait               go on although the plan is halted, paused or waits for an approval',
  '--events             a line for each event on a terminal as well, which else has a bar and what went wrong',
  `--patience <seconds> how long the server may be away (${PATIENCE_SECONDS})`,
];

function watching(session: Session, planId: string): Promise<number> {
  const { given } = session;
  const patienceSeconds = given.number('patience') ?? PATIENCE_SECONDS;
  return watchPlan(session, {
    planId,
    wait: given.flag('wait'),
    events: given.flag('events'),
    patienceSeconds,
  });
}

export const createPlan: Command = {
  usage:
    'plan create --name <name> --unit <id> --version <version> --playbook <id> (--tenants … | --select …)',
  summary: 'create a plan, and with --start also start it; prints its id',
  help: [
    '--tenants <a,b,c>    tenants by id; --tenants-file <file|-> takes them from a file, one a line',
    '--select key=value   every tenant with this label; may be given several times, all must match',
    '--concurrency <n>    tenants at once',
    ...DEADLINE_HELP,
    '--leave-out-invalid  create it although some tenants have errors; they are left out',
    '--start              start it; --watch also follows it, with the options and exit codes of "plan watch"',
    ...WATCHING_HELP,
    REQUEST_ID_HELP,
  ],
  example:
    'switchyard plan create --name "Router v2" --unit edge-router --version v2 --playbook blue-green --select ring=canary',
  options: {
    name: { type: 'string' },
    unit: { type: 'string' },
    version: { type: 'string' },
    playbook: { type: 'string' },
    tenants: { type: 'string' },
    'tenants-file': { type: 'string' },
    select: { type: 'string', multiple: true },
    concurrency: { type: 'string' },
    ...DEADLINE,
    'leave-out-invalid': { type: 'boolean' },
    start: { type: 'boolean' },
    watch: { type: 'boolean' },
    ...REQUEST_ID,
    ...WATCHING,
  },
  run: async (session) => {
    const { given, client, access } = session;
    given.none();
    const selected = given.all('select');
    const tenantIds = await tenantsOf(session);
    if (tenantIds.length === 0 && selected.length === 0)
      throw new UsageError('Say which tenants: --tenants, --tenants-file or --select.');
    const concurrency = given.number('concurrency');
    const created = await asked(
      access.url,
      client.plans.create.mutate({
        name: given.needed('name'),
        unitId: given.needed('unit'),
        version: given.needed('version'),
        playbookId: given.needed('playbook'),
        tenantIds,
        ...(selected.length > 0 ? { selector: labelsFrom(selected) } : {}),
        ...(concurrency === undefined ? {} : { maxConcurrency: concurrency }),
        ...deadlineOf(given),
        leaveOutInvalid: given.flag('leave-out-invalid'),
        requestId: requestIdOf(given),
      }),
    );
    const { planId } = created;
    if (given.flag('start') || given.flag('watch')) {
      await asked(access.url, client.plans.start.mutate({ planId }));
    }
    session.out(session.json ? JSON.stringify(created) : planId);
    return given.flag('watch') ? watching(session, planId) : EXIT.completed;
  },
};

/** Those that are named, or stand in a file. */
export async function tenantsOf({ given, read }: Session): Promise<string[]> {
  const file = given.text('tenants-file');
  if (file !== undefined && given.text('tenants') !== undefined)
    throw new UsageError('Give --tenants or --tenants-file, not both.');
  const text = file === undefined ? (given.text('tenants') ?? '') : await readText({ read }, file);
  return text
    .split(/[,\r\n]/)
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

export const startPlan: Command = {
  usage: 'plan start <plan>',
  summary: 'start a plan; with --watch also follow it',
  help: [
    '--watch              as "plan watch", with its options and exit codes',
    ...WATCHING_HELP,
    REQUEST_ID_HELP,
  ],
  example: 'switchyard plan start PLN-12 --watch',
  options: { watch: { type: 'boolean' }, ...REQUEST_ID, ...WATCHING },
  run: async (session) => {
    const { given, client, access } = session;
    const planId = given.only('plan');
    const answer = await asked(
      access.url,
      client.plans.start.mutate({ planId, requestId: requestIdOf(given) }),
    );
    if (given.flag('watch')) return watching(session, planId);
    printAnswer(session, answer);
    return EXIT.completed;
  },
};

export const watch: Command = {
  usage: 'plan watch <plan>',
  summary:
    'print what happens, a line for each event (--json: NDJSON), until the plan ends or waits for a decision',
  help: WATCHING_HELP,
  example: 'switchyard plan watch PLN-12 --wait',
  options: WATCHING,
  run: (session) => watching(session, session.given.only('plan')),
};

export const planStatus: Command = {
  usage: 'plan status <plan>',
  summary: 'how a plan stands, its deadline, and which freezes hold it (--json: everything about it)',
  help: [],
  example: 'switchyard plan status PLN-12 --json',
  options: {},
  run: async (session) => {
    const planId = session.given.only('plan');
    const { access, client } = session;
    const [plan, held] = await Promise.all([
      asked(access.url, client.plans.get.query({ planId })),
      asked(access.url, client.plans.freezes.query({ planId })),
    ]);
    const told = { ...plan, freezes: held.freezes, freezeOverrideStands: held.stands };
    session.out(
      session.json
        ? JSON.stringify(told)
        : [statusLine(plan), ...deadlineLines(plan), ...freezeLines(held)].join('\n'),
    );
    return EXIT.completed;
  },
};

type Held = Awaited<ReturnType<Session['client']['plans']['freezes']['query']>>;

/** What freezes do to a plan, a line each. */
export function freezeLines({ freezes, override, stands }: Held): string[] {
  const tenants = (count: number) => `${count} ${count === 1 ? 'tenant' : 'tenants'}`;
  const held = freezes.map(({ name, until, tenants: count }) =>
    stands === 'holds'
      ? `  ${name} (until ${until}) is overridden for ${tenants(count)}`
      : `  ${name} holds ${tenants(count)} until ${until}`,
  );
  if (!override || stands === 'none' || stands === 'over') return held;
  const { by, reason, until, given, needs } = override;
  const names = given.map((one) => one.by).join(', ');
  return [
    ...held,
    stands === 'holds'
      ? `  freezes are overridden until ${until}, asked for by ${by}, granted by ${names}: ${reason}`
      : `  ${by} asks to override freezes until ${until}, approved ${given.length} of ${needs}: ${reason}`,
  ];
}

/** pause, resume, cancel and rollback: the answer says what is confirmed and what is only asked for. */
export function planCommand(type: 'pause' | 'resume' | 'cancel' | 'rollback', summary: string): Command {
  return {
    usage: `plan ${type} <plan> [--reason <text>]`,
    summary,
    help: ['--reason <text>      kept in the events and the audit log', REQUEST_ID_HELP],
    example: `switchyard plan ${type} PLN-12 --reason "Traffic peak"`,
    options: { reason: { type: 'string' }, ...REQUEST_ID },
    run: async (session) => {
      const { given, client, access } = session;
      const planId = given.only('plan');
      const input = { planId, reason: given.text('reason') ?? null, requestId: requestIdOf(given) };
      printAnswer(session, await asked(access.url, client.plans[type].mutate(input)));
      return EXIT.completed;
    },
  };
}

export function printAnswer(
  { json, out }: Session,
  answer: { planId: string; status: string; intent: string },
): void {
  const asksFor = answer.intent === 'none' ? '' : `, asked to ${answer.intent}`;
  out(json ? JSON.stringify(answer) : `${answer.planId} is ${answer.status}${asksFor}.`);
}

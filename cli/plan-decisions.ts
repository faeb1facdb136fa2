import type { Options } from './arguments';
import { UsageError } from './arguments';
import { asked, type Client } from './client';
import type { Command, Session } from './command';
import { EXIT } from './exit-codes';
import { printAnswer } from './plans';
import { REQUEST_ID, REQUEST_ID_HELP, requestIdOf } from './request-id';

const REASON: Options = { reason: { type: 'string' } };
const REASON_HELP = '--reason <text>      kept in the events and the audit log';
const TENANTS: Options = { tenants: { type: 'string' } };

export const retryPlan: Command = {
  usage: 'plan retry <plan> [--from-start] [--reason <text>]',
  summary: 'retry every tenant of a plan that failed',
  help: [
    '--from-start         from the first stage; without it from the stage that failed',
    REASON_HELP,
    REQUEST_ID_HELP,
    'It asks for it and does not wait: "plan watch" follows what comes of it.',
  ],
  example: 'switchyard plan retry PLN-12 && switchyard plan watch PLN-12',
  options: { 'from-start': { type: 'boolean' }, ...REASON, ...REQUEST_ID },
  run: async (session) => {
    const { given, client, access } = session;
    const planId = given.only('plan');
    const input = {
      ...{ planId, reason: given.text('reason') ?? null, requestId: requestIdOf(given) },
      fromCheckpoint: !given.flag('from-start'),
    };
    printBulk(session, 'retry', await asked(access.url, client.plans.retryFailed.mutate(input)));
    return EXIT.completed;
  },
};

export const approvePlan: Command = {
  usage: 'plan approve <plan> [--tenants <a,b,c>] [--reason <text>]',
  summary:
    'approve the start of a plan that waits for it, else every tenant of it that waits for an approval',
  help: [
    '--tenants <a,b,c>    only these',
    REASON_HELP,
    REQUEST_ID_HELP,
    'Where several people, or somebody else than who made the plan, have to approve, a key cannot: the server says so.',
  ],
  example: 'switchyard plan approve PLN-12 --tenants acme-eu --reason "Looked at the canary"',
  options: { ...TENANTS, ...REASON, ...REQUEST_ID },
  run: async (session) => {
    const { given, client, access } = session;
    const planId = given.only('plan');
    const command = { planId, reason: given.text('reason') ?? null, requestId: requestIdOf(given) };
    const plan = await asked(access.url, client.plans.get.query({ planId }));
    if (plan.startedAt === null) {
      if (given.text('tenants') !== undefined)
        throw new UsageError(
          `${planId} has not started: its start is approved as a whole, without --tenants.`,
        );
      printAnswer(session, await asked(access.url, client.plans.approveStart.mutate(command)));
      return EXIT.completed;
    }
    const taskIds = await tasksOf(session, planId);
    const filter = taskIds ? { taskIds } : { heldBy: 'approval' as const };
    const bulk = await asked(access.url, client.tasks.bulk.mutate({ ...command, action: 'approve', filter }));
    printBulk(session, 'approve', bulk);
    return EXIT.completed;
  },
};

/** The tasks of the tenants that were named; undefined when none were. */
async function tasksOf({ given, client, access }: Session, planId: string): Promise<string[] | undefined> {
  const named = given.text('tenants');
  if (named === undefined) return undefined;
  const tenants = named
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  // A plan has at most as many tasks as one page.
  const { items } = await asked(access.url, client.tasks.list.query({ planId }));
  const taskOf = new Map(items.map(({ tenantId, taskId }) => [tenantId, taskId]));
  const foreign = tenants.filter((id) => !taskOf.has(id));
  if (tenants.length === 0 || foreign.length > 0)
    throw new UsageError(
      tenants.length === 0 ? '--tenants names none.' : `${planId} does not have ${foreign.join(', ')}.`,
    );
  return tenants.flatMap((id) => taskOf.get(id) ?? []);
}

type Bulk = Awaited<ReturnType<Client['tasks']['bulk']['mutate']>>;

function printBulk({ json, out }: Session, what: 'retry' | 'approve', bulk: Bulk): void {
  const { total, leftOut } = bulk;
  const lines = [
    total === 0
      ? `There is nothing to ${what}.`
      : `Asked to ${what} ${total} ${total === 1 ? 'tenant' : 'tenants'}.`,
    ...leftOut.map(({ taskId, reason }) => `  left out ${taskId}: ${reason}`),
  ];
  out(json ? JSON.stringify(bulk) : lines.join('\n'));
}

export const sharePlan: Command = {
  usage: 'plan share <plan> [--days <n>] [--names]',
  summary: 'make a link with which anybody sees how a plan stands, and nothing else; prints it',
  help: [
    '--days <n>           for how long it is valid (7), 1 to 90',
    '--names              show the names of tenants; without it they are numbered',
    'The link is shown this once. It can be revoked in the console.',
  ],
  example: 'switchyard plan share PLN-12 --days 2',
  options: { days: { type: 'string' }, names: { type: 'boolean' } },
  run: async ({ given, client, access, out, json }) => {
    const planId = given.only('plan');
    const days = given.number('days');
    const input = { planId, showNames: given.flag('names'), ...(days === undefined ? {} : { days }) };
    const share = await asked(access.url, client.shares.create.mutate(input));
    const url = new URL(share.path, access.url).href;
    out(json ? JSON.stringify({ ...share, url }) : url);
    return EXIT.completed;
  },
};

import { AT_DEADLINE, type AtDeadline } from '@/domain/plan';
import { type Given, type Options, UsageError } from './arguments';
import { asked } from './client';
import type { Command, Session } from './command';
import { EXIT } from './exit-codes';
import { REQUEST_ID, REQUEST_ID_HELP, requestIdOf } from './request-id';

export const DEADLINE: Options = { 'finish-by': { type: 'string' }, 'at-deadline': { type: 'string' } };
export const DEADLINE_HELP = [
  '--finish-by <time>   ISO 8601 with its zone: from then on nothing new begins, what runs reaches its end',
  '--at-deadline <what> hold (a person decides, as usual) or rollback (everything of the plan)',
];

/** What is said of a deadline, as it was typed: the server reads it, and says what is wrong with it. */
export function deadlineOf(given: Given): { finishBy?: Date; atDeadline?: AtDeadline } {
  const finishBy = given.text('finish-by');
  const what = given.text('at-deadline');
  const atDeadline = AT_DEADLINE.find((known) => known === what);
  if (what !== undefined && !atDeadline)
    throw new UsageError(`--at-deadline is ${AT_DEADLINE.join(' or ')}, not "${what}".`);
  return {
    ...(finishBy === undefined ? {} : { finishBy: finishBy as unknown as Date }),
    ...(atDeadline ? { atDeadline } : {}),
  };
}

export const setDeadline: Command = {
  usage: 'plan deadline <plan> --finish-by <time> | plan deadline <plan> --remove',
  summary: 'set until when a plan has to be finished, move that, or take it away',
  help: [...DEADLINE_HELP, '--remove             it has no deadline any more', REQUEST_ID_HELP],
  example: 'switchyard plan deadline PLN-12 --finish-by 2026-12-24T06:00:00Z',
  options: { ...DEADLINE, remove: { type: 'boolean' }, ...REQUEST_ID },
  run: async ({ given, client, access, out, json }) => {
    const planId = given.only('plan');
    const requestId = requestIdOf(given);
    const said = deadlineOf(given);
    const remove = given.flag('remove');
    if (remove && (said.finishBy ?? said.atDeadline) !== undefined)
      throw new UsageError('--remove takes no --finish-by and no --at-deadline.');
    if (!remove && said.finishBy === undefined) throw new UsageError('Give --finish-by, or --remove.');
    const finishBy = said.finishBy ?? null;
    await asked(access.url, client.plans.setDeadline.mutate({ ...said, planId, finishBy, requestId }));
    const plan = await asked(access.url, client.plans.get.query({ planId }));
    const lines = deadlineLines(plan);
    out(
      json
        ? JSON.stringify({ planId, deadline: plan.deadline })
        : (lines[0]?.trim() ?? 'It has no deadline.'),
    );
    return EXIT.completed;
  },
};

type Plan = Awaited<ReturnType<Session['client']['plans']['get']['query']>>;

/** The deadline of a plan, and whether it is done by then. */
export function deadlineLines({ deadline, late, inTime }: Plan): string[] {
  if (!deadline) return [];
  const { finishBy, otherwise, by } = deadline;
  if (late)
    return [
      `  its deadline, ${finishBy}, has passed: nothing new begins. Move it ("plan deadline"), cancel or roll back.`,
    ];
  const then = otherwise === 'rollback' ? 'else it is rolled back' : 'nothing new begins then';
  return [
    `  to be finished by ${finishBy}, ${then} (set by ${by})`,
    ...(inTime ? [`  at this pace ${inTime.done} of ${inTime.of} by then`] : []),
  ];
}

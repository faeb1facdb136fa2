import { type Options, UsageError } from './arguments';
import { asked } from './client';
import type { Command } from './command';
import { EXIT } from './exit-codes';
import { freezeLines } from './plans';
import { REQUEST_ID, REQUEST_ID_HELP, requestIdOf } from './request-id';

const OPTIONS: Options = {
  reason: { type: 'string' },
  until: { type: 'string' },
  withdraw: { type: 'boolean' },
  ...REQUEST_ID,
};

export const overridePlan: Command = {
  usage: 'plan override <plan> --reason <text> [--until <time>] | plan override <plan> --withdraw',
  summary: 'ask that freezes do not hold a plan, or take that back; says whether it is granted',
  help: [
    '--reason <text>      why it cannot wait; kept in the events and the audit log',
    '--until <time>       ISO 8601 with its zone; without it until the freezes that hold the plan now have ended',
    '--withdraw           freezes hold the plan again, or nobody is asked any more',
    REQUEST_ID_HELP,
    'Who grants it is a setting; without one an administrator does, also by asking. A key grants nothing where that asks for people.',
  ],
  example: 'switchyard plan override PLN-12 --reason "Closes the leak" --until 2026-12-24T06:00:00Z',
  options: OPTIONS,
  run: async ({ given, client, access, out, json }) => {
    const planId = given.only('plan');
    const requestId = requestIdOf(given);
    const until = given.text('until');
    if (given.flag('withdraw')) {
      if (until !== undefined) throw new UsageError('--withdraw takes no --until.');
      const input = { planId, reason: given.text('reason') ?? null, requestId };
      await asked(access.url, client.plans.withdrawOverride.mutate(input));
    } else {
      // As it was typed: the server reads it, and says what is wrong with it.
      const input = { planId, reason: given.needed('reason'), until, requestId };
      await asked(access.url, client.plans.overrideFreezes.mutate(input));
    }
    const held = await asked(access.url, client.plans.freezes.query({ planId }));
    const lines = freezeLines(held);
    out(json ? JSON.stringify(held) : lines.length > 0 ? lines.join('\n') : 'No freeze holds it.');
    return EXIT.completed;
  },
};

import { render } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import { joinedCondition } from '@/server/steps/condition-settings';
import { unmet } from '@/server/steps/judge-condition';
import { lookUntilTold, readBack } from '@/server/steps/read-back';
import { scopeFor } from '@/server/steps/request-scope';
import type { Effect } from '@/server/steps/send-surely';
import { counted } from '@/server/steps/send-to-all';
import { serverAddress } from '@/server/steps/server-address';
import { defineStep } from '@/server/steps/step';
import type { StepResult, TaskRuntimeContext } from '@/server/steps/task-runtime-context';
import { toEach } from '@/server/steps/to-each';
import { askSql, driverName, type SqlAnswer } from './ask-sql';
import { rowsAnswer } from './rows-answer';
import { SQL_ADDRESSES, type SqlSettings, sqlSettings, sqlTemplates } from './sql-settings';

type Good = Extract<SqlAnswer, { ok: true }>;

/** Carries out statements in a database. */
export const sql = defineStep('sql', sqlSettings, run, {
  templates: sqlTemplates,
  target: ({ target }) => target,
});

async function run(wanted: SqlSettings, context: TaskRuntimeContext): Promise<StepResult> {
  const counts: (number | null)[] = [];
  const { transaction, statements } = wanted;
  return toEach<Good>(context, wanted, {
    who: driverName(wanted),
    send: (endpoint, recipient) => askSql(context, wanted, endpoint, statements, { transaction, recipient }),
    look: (recipient) =>
      wanted.readBack
        ? lookUntilTold(context, () => look(context, wanted, recipient), wanted.retries)
        : readBack(context, {}, recipient, {}, wanted.retries),
    answered: ({ results }) => counts.push(...results.map(({ count }) => count)),
    place: (endpoint) =>
      serverAddress(SQL_ADDRESSES[wanted.driver], render(wanted.url, scopeFor(context, endpoint))).shown,
    detail: (places) => {
      const rows = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
      return `${counted(counts.length, 'statement')} carried out in ${places} (${counted(rows, 'row')})`;
    },
  });
}

/** Whether what is found is what is there once the statements were carried out. */
async function look(
  context: TaskRuntimeContext,
  wanted: SqlSettings,
  recipient: Endpoint | null,
): Promise<Effect> {
  const { readBack: query } = wanted;
  if (!query) return { state: 'unknown', detail: 'there is no read back', calls: [] };
  const endpoint = recipient ?? context.config.endpoints[0] ?? null;
  const answer = await askSql(context, wanted, endpoint, [query]);
  const calls = [answer.record];
  if (!answer.ok) return { state: 'unknown', detail: `${answer.message} when read back`, calls };
  const condition = joinedCondition(query);
  const found = rowsAnswer(answer.results[0]);
  const wrong = condition && (await unmet(condition, found, scopeFor(context, endpoint)));
  return wrong
    ? { state: 'notApplied', detail: context.veil.hide(`shows that ${wrong} when read back`), calls }
    : { state: 'applied', detail: 'shows it when read back', calls };
}

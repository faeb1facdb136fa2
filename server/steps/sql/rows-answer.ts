import { type RawAnswer, rawAnswer } from '@/server/steps/raw-answer';
import type { SqlResult } from './sql-session';

/** What a query found, as an answer that conditions look at: JSON, a list of rows, each with its values by column as the database writes them. */
export function rowsAnswer(result: SqlResult | undefined): RawAnswer {
  const { columns = [], rows = [] } = result ?? {};
  const found = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
  return rawAnswer({ status: 200, headers: {}, trailers: {}, text: JSON.stringify(found) });
}

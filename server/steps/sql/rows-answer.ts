import { USUAL_JSON } from '@/server/security/bounded-json';
import { type RawAnswer, rawAnswer } from '@/server/steps/raw-answer';
import type { SqlResult } from './sql-session';

/** No database has longer names; in JSON each stands once in every row. */
const LONGEST_NAME = 256;

/** What a query found, as an answer that conditions look at: JSON, a list of rows, each with its values by column as the database writes them. */
export function rowsAnswer(result: SqlResult | undefined): RawAnswer {
  const { columns = [], rows = [] } = result ?? {};
  const names = columns.map((name) => name.slice(0, LONGEST_NAME));
  // A bracket, and a colon and a comma for each: more rows than that make a text that is not read anyway.
  const parts = 1 + 2 * new Set(names).size;
  const read = rows.slice(0, Math.ceil(USUAL_JSON.parts / parts) + 2);
  const found = read.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
  return rawAnswer({ status: 200, headers: {}, trailers: {}, text: JSON.stringify(found) });
}

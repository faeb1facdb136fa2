import type { Level, Result } from './finding';

/** 0 when nothing failed: a warning alone stops nobody. */
export const exitCodeOf = (results: readonly Result[]): 0 | 1 =>
  results.some(({ level }) => level === 'fail') ? 1 : 0;

/** One line for each finding, and one that counts them. */
export function linesOf(results: readonly Result[]): string[] {
  const width = Math.max(0, ...results.map(({ check }) => check.length));
  return [...results.map((result) => lineOf(result, width)), countsOf(results)];
}

function lineOf({ level, check, found, meaning, remedy }: Result, width: number): string {
  const said = [found, meaning, remedy].filter((one) => one !== undefined).map(sentence);
  return `${level.padEnd(4)}  ${check.padEnd(width)}  ${said.join(' ')}`;
}

/** Never more than one line, whatever an error says. */
function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function countsOf(results: readonly Result[]): string {
  const of = (level: Level) => results.filter((result) => result.level === level).length;
  return `${of('ok')} ok, ${of('warn')} to look at, ${of('fail')} failed.`;
}

/** The same for programs. */
export const jsonOf = (version: string, results: readonly Result[]): string =>
  JSON.stringify({ version, failed: exitCodeOf(results) === 1, checks: results }, null, 2);

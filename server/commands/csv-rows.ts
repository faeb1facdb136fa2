import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { lineBreaks, notUtf8, undecodedLine } from '@/domain/file-text';
import { nearest } from '@/server/input/nearest';
import { foreignText } from '@/server/security/foreign-text';
import { NO_VEIL } from '@/server/security/veil';
import type { Problems } from './problems';

/** Read at once; others get their turn before the next. */
const SLICE_CHARS = 8 * 1024;
const MAX_LINES = 200_000;
const MAX_LINE_CHARS = 32 * 1024;
const SEPARATORS = [',', ';', '\t'];
const MOST_TOLD_CHARS = 80;

/** One line's cells by their column. An empty cell is absent. */
export interface CsvRow<Column extends string> {
  /** Where it begins: a quoted cell may have line breaks. */
  line: number;
  cells: Partial<Record<Column, string>>;
}

/** A text from the file as a message repeats it. */
export const quoted = (text: string): string => `"${foreignText(text, NO_VEIL, MOST_TOLD_CHARS)}"`;

/**
 * The lines of a CSV file whose first names the columns, in any order; the separator is the one that the first line uses.
 * Blank lines are passed over. What cannot be read is added to `problems`, and when no line can be, there is none.
 */
export async function* csvRows<Column extends string>(
  csv: string,
  columns: readonly Column[],
  needed: Column,
  problems: Problems,
): AsyncGenerator<CsvRow<Column>> {
  const undecoded = undecodedLine(csv);
  if (undecoded !== null) {
    problems.add({ field: `csv.line ${undecoded}`, line: undecoded, message: notUtf8(undecoded) });
    return;
  }
  let header: Header<Column> | null = null;
  let count = 0;
  for await (const { line, record } of records(csv, problems)) {
    if (!header) {
      header = readHeader(record, line, columns, needed, problems);
      if (!header) return;
      continue;
    }
    count += 1;
    if (count >= MAX_LINES) {
      problems.add({ field: 'csv', line, message: `A CSV file has at most ${MAX_LINES} lines.` });
      return;
    }
    const row = readRow(record, line, header, problems);
    if (row) yield row;
  }
}

type Header<Column> = readonly Column[];

function readHeader<Column extends string>(
  names: readonly string[],
  line: number,
  columns: readonly Column[],
  needed: Column,
  problems: Problems,
): Header<Column> | null {
  const header: Column[] = [];
  let good = true;
  const wrong = (message: string) => {
    problems.add({ field: 'csv', line, message });
    good = false;
  };
  for (const [index, name] of names.entries()) {
    const column = columns.find((one) => one === name);
    const before = column === undefined ? -1 : header.indexOf(column);
    if (before >= 0)
      wrong(`Column ${quoted(name)} is there twice: as column ${before + 1} and ${index + 1}.`);
    if (column === undefined) wrong(unknownColumn(name, index + 1, columns));
    // A place for it, so that the columns after it keep theirs; with a problem no line is read.
    header.push(column ?? needed);
    if (index > 2 * columns.length) break;
  }
  if (good && !header.includes(needed))
    wrong(`The first line must name the columns, ${needed} among them. Known: ${columns.join(', ')}.`);
  return good ? header : null;
}

function unknownColumn(name: string, place: number, columns: readonly string[]): string {
  if (name === '') return `Column ${place} has no name.`;
  const meant = nearest(name, columns);
  const hint = meant ? `Did you mean ${meant}?` : `Known: ${columns.join(', ')}.`;
  return `Unknown column ${quoted(name)} (column ${place}). ${hint}`;
}

function readRow<Column extends string>(
  record: readonly string[],
  line: number,
  header: Header<Column>,
  problems: Problems,
): CsvRow<Column> | null {
  if (record.every((cell) => cell === '')) return null;
  const extra = record.slice(header.length).findIndex((cell) => cell !== '');
  if (record.length < header.length || extra >= 0) {
    problems.add({
      field: `csv.line ${line}`,
      line,
      message: `Line ${line} has ${record.length} cells; the first line names ${header.length} columns.`,
    });
    return null;
  }
  const cells: Partial<Record<Column, string>> = {};
  for (const [index, column] of header.entries()) {
    const cell = record[index];
    if (cell) cells[column] = cell;
  }
  return { line, cells };
}

async function* slicesOf(csv: string): AsyncGenerator<string> {
  for (let from = 0; from < csv.length; ) {
    let to = from + SLICE_CHARS;
    // Half a character would be read as none.
    if (isHighSurrogate(csv.charCodeAt(to - 1))) to += 1;
    yield csv.slice(from, to);
    from = to;
    await nextTurn();
  }
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

async function* records(csv: string, problems: Problems): AsyncGenerator<{ line: number; record: string[] }> {
  const parser = parse({
    bom: true,
    delimiter: separatorOf(csv),
    skip_empty_lines: true,
    trim: true,
    raw: true,
    relax_column_count: true,
    max_record_size: MAX_LINE_CHARS,
  });
  const source = Readable.from(slicesOf(csv));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let line = 1;
  try {
    for await (const { raw, record } of parser as AsyncIterable<{ raw: string; record: string[] }>) {
      // The raw text begins with the blank lines before the record.
      const begins = raw.search(/\S/);
      yield { line: line + lineBreaks(raw, begins < 0 ? 0 : begins), record };
      line += lineBreaks(raw);
    }
  } catch (error) {
    const told = foreignText(error instanceof Error ? error.message : String(error), NO_VEIL, 300);
    problems.add({ field: 'csv', line, message: `The CSV cannot be read: ${told}` });
  } finally {
    source.destroy();
  }
}

/** What divides the first line that says anything into most columns. */
function separatorOf(csv: string): string {
  const [first = ''] = /[^\s\ufeff][^\r\n]*/.exec(csv.slice(0, MAX_LINE_CHARS)) ?? [];
  const [best = ','] = SEPARATORS.toSorted((a, b) => first.split(b).length - first.split(a).length);
  return best;
}

import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { InvalidInput } from './refused';

interface CsvTenant {
  tenantId: string;
  name: string;
  labels: Record<string, string>;
  endpoints: { key: string; url: string; healthUrl?: string }[];
  current: Record<string, string>;
}

const COLUMNS = ['tenantId', 'name', 'endpointKey', 'endpointUrl', 'healthUrl', 'labels', 'unit', 'version'];

/** Read at once; others get their turn before the next. */
const SLICE_CHARS = 8 * 1024;
const MAX_LINES = 200_000;
const MAX_LINE_CHARS = 32 * 1024;

/**
 * Reads tenants from CSV with a header line; one line for each endpoint, lines of one tenant may be anywhere.
 * Labels are written `region=eu;tier=gold`. A large file is read piece by piece, so that it holds nobody up.
 * Throws {@link InvalidInput} with the line's number.
 */
export async function parseTenantCsv(csv: string): Promise<CsvTenant[]> {
  const tenants = new Map<string, CsvTenant>();
  let line = 1;
  for await (const row of readRows(csv)) {
    line += 1;
    if (line > MAX_LINES) throw new InvalidInput('csv', `A CSV file has at most ${MAX_LINES} lines.`);
    const tenantId = row.tenantId ?? '';
    if (!tenantId) throw new InvalidInput(`csv.line ${line}`, `Line ${line} has no tenantId.`);
    const one = tenants.get(tenantId) ?? {
      tenantId,
      name: row.name || tenantId,
      labels: {},
      endpoints: [],
      current: {},
    };
    tenants.set(tenantId, one);
    if (row.endpointUrl) {
      one.endpoints.push({
        key: row.endpointKey || `${tenantId}-${one.endpoints.length + 1}`,
        url: row.endpointUrl,
        ...(row.healthUrl ? { healthUrl: row.healthUrl } : {}),
      });
    }
    Object.assign(one.labels, readLabels(row.labels ?? '', line));
    if (row.unit && row.version) one.current[row.unit] = row.version;
  }
  return [...tenants.values()];
}

async function* slicesOf(csv: string): AsyncGenerator<string> {
  for (let from = 0; from < csv.length; from += SLICE_CHARS) {
    yield csv.slice(from, from + SLICE_CHARS);
    await nextTurn();
  }
}

async function* readRows(csv: string): AsyncGenerator<Partial<Record<string, string>>> {
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAX_LINE_CHARS,
    columns: (header: string[]) => {
      const unknown = header.filter((name) => !COLUMNS.includes(name));
      if (unknown.length > 0)
        throw new InvalidInput(
          'csv',
          `Unknown column ${unknown.slice(0, 10).join(', ').slice(0, 200)}. Known: ${COLUMNS.join(', ')}.`,
        );
      if (!header.includes('tenantId'))
        throw new InvalidInput('csv', 'The first line must name the columns, tenantId among them.');
      return header;
    },
  });
  const source = Readable.from(slicesOf(csv));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    yield* parser;
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    const told = (error as Error).message.slice(0, 300);
    throw new InvalidInput('csv', `The CSV cannot be read: ${told}`);
  } finally {
    source.destroy();
  }
}

function readLabels(text: string, line: number): Record<string, string> {
  const pairs = text
    .split(';')
    .map((pair) => pair.trim())
    .filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new InvalidInput(
          `csv.line ${line}.labels`,
          `Line ${line}: "${pair}" is not a label like region=eu.`,
        );
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

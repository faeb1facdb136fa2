import { parse } from 'csv-parse/sync';
import { InvalidInput } from './refused';

interface CsvTenant {
  tenantId: string;
  name: string;
  labels: Record<string, string>;
  endpoints: { key: string; url: string; healthUrl?: string }[];
  current: Record<string, string>;
}

const COLUMNS = ['tenantId', 'name', 'endpointKey', 'endpointUrl', 'healthUrl', 'labels', 'unit', 'version'];

/**
 * Reads tenants from CSV with a header line; one line for each endpoint, lines of one tenant may be anywhere.
 * Labels are written `region=eu;tier=gold`. Throws {@link InvalidInput} with the line's number.
 */
export function parseTenantCsv(csv: string): CsvTenant[] {
  const rows = readRows(csv);
  const tenants = new Map<string, CsvTenant>();
  for (const [index, row] of rows.entries()) {
    const line = index + 2;
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

function readRows(csv: string): Partial<Record<string, string>>[] {
  try {
    return parse(csv, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      columns: (header: string[]) => {
        const unknown = header.filter((name) => !COLUMNS.includes(name));
        if (unknown.length > 0)
          throw new InvalidInput(
            'csv',
            `Unknown column ${unknown.join(', ')}. Known: ${COLUMNS.join(', ')}.`,
          );
        if (!header.includes('tenantId'))
          throw new InvalidInput('csv', 'The first line must name the columns, tenantId among them.');
        return header;
      },
    });
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('csv', `The CSV cannot be read: ${(error as Error).message}`);
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

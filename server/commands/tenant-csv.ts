import type { TenantGiven } from '@/domain/tenant-merge';
import { csvRows, quoted } from './csv-rows';
import type { Problems } from './problems';

const COLUMNS = [
  'tenantId',
  'name',
  'endpointKey',
  'endpointUrl',
  'healthUrl',
  'labels',
  'unit',
  'version',
] as const;
type Column = (typeof COLUMNS)[number];

/** A cell of the file. */
export interface CsvPlace {
  line: number;
  column: Column;
}

/** A tenant with the cells its values came from. */
export interface CsvTenant {
  given: TenantGiven;
  /** The cell of a value by its path in the tenant; `isKey` when the path's last part itself is meant. */
  placeOf(path: readonly PropertyKey[], isKey: boolean): CsvPlace;
}

/**
 * Reads tenants from CSV with a header line; one line for each endpoint, lines of one tenant may be anywhere and say only
 * what is not said yet. Labels are written `region=eu;tier=gold`. A large file is read piece by piece, so that it holds
 * nobody up. What is wrong, contradictions of lines among it, is added to `problems`.
 */
export async function parseTenantCsv(csv: string, problems: Problems): Promise<CsvTenant[]> {
  const tenants = new Map<string, TenantLines>();
  for await (const { line, cells } of csvRows(csv, COLUMNS, 'tenantId', problems)) {
    const wrong = (column: Column, reason: string) =>
      problems.add({
        field: `csv.line ${line}.${column}`,
        line,
        message: `Line ${line}, ${column}: ${reason}`,
      });
    if (!cells.tenantId) {
      wrong('tenantId', 'is missing');
      continue;
    }
    const one = tenants.get(cells.tenantId) ?? new TenantLines(cells.tenantId, line);
    tenants.set(cells.tenantId, one);
    one.take(line, cells, wrong);
  }
  return [...tenants.values()];
}

type Wrong = (column: Column, reason: string) => void;
type Endpoint = NonNullable<TenantGiven['endpoints']>[number];

/** What the lines of one tenant say together. */
class TenantLines implements CsvTenant {
  private readonly said = new Map<string, { value: string; line: number }>();
  private readonly labels = new Map<string, string>();
  /** By key, or by URL where none is given. */
  private readonly endpoints = new Map<string, { line: number; endpoint: Endpoint }>();
  private readonly current = new Map<string, string>();
  private name: string | undefined;

  constructor(
    private readonly tenantId: string,
    private readonly line: number,
  ) {}

  take(line: number, cells: Partial<Record<Column, string>>, wrong: Wrong): void {
    if (cells.name && this.agrees(line, 'name', 'name', cells.name, wrong)) this.name ??= cells.name;
    for (const pair of pairsOf(cells.labels ?? '')) {
      const [key, value] = pair.split(/=(.*)/s).map((part) => part.trim());
      if (!key || value === undefined) wrong('labels', `${quoted(pair)} is not a label like region=eu`);
      else if (this.agrees(line, 'labels', `label ${key}`, value, wrong)) this.labels.set(key, value);
    }
    const { unit, version } = cells;
    if (unit && version) {
      if (this.agrees(line, 'version', `version of ${unit}`, version, wrong)) this.current.set(unit, version);
    } else if (unit) wrong('version', 'is missing beside unit');
    else if (version) wrong('unit', 'is missing beside version');
    this.takeEndpoint(line, cells, wrong);
  }

  private takeEndpoint(line: number, cells: Partial<Record<Column, string>>, wrong: Wrong): void {
    const { endpointKey: key, endpointUrl: url, healthUrl } = cells;
    if (!url) {
      if (key) wrong('endpointUrl', 'is missing beside endpointKey');
      else if (healthUrl) wrong('endpointUrl', 'is missing beside healthUrl');
      return;
    }
    const name = key ?? url;
    const agreed =
      (!key || this.agrees(line, 'endpointUrl', `endpointUrl of ${key}`, url, wrong)) &&
      (!healthUrl || this.agrees(line, 'healthUrl', `healthUrl of ${name}`, healthUrl, wrong));
    if (!agreed) return;
    const id = key ? `key ${key}` : `url ${url}`;
    const { endpoint, line: first } = this.endpoints.get(id) ?? {
      line,
      endpoint: { ...(key ? { key } : {}), url },
    };
    this.endpoints.set(id, { line: first, endpoint: { ...endpoint, ...(healthUrl ? { healthUrl } : {}) } });
  }

  /** Whether nothing else was said of it before. */
  private agrees(line: number, column: Column, what: string, value: string, wrong: Wrong): boolean {
    const before = this.said.get(what);
    if (!before) this.said.set(what, { value, line });
    if (!before || before.value === value) return true;
    const where = before.line === line ? 'the same line' : `line ${before.line}`;
    wrong(
      column,
      `says ${quoted(what).slice(1, -1)} ${quoted(value)}, ${where} said ${quoted(before.value)}`,
    );
    return false;
  }

  get given(): TenantGiven {
    return {
      tenantId: this.tenantId,
      ...(this.name === undefined ? {} : { name: this.name }),
      ...(this.labels.size > 0 ? { labels: Object.fromEntries(this.labels) } : {}),
      ...(this.endpoints.size > 0
        ? { endpoints: [...this.endpoints.values()].map(({ endpoint }) => endpoint) }
        : {}),
      ...(this.current.size > 0 ? { current: Object.fromEntries(this.current) } : {}),
    };
  }

  placeOf([field, at, part]: readonly PropertyKey[], isKey: boolean): CsvPlace {
    const lineOf = (what: string) => this.said.get(what)?.line ?? this.line;
    switch (field) {
      case 'name':
        return { line: lineOf('name'), column: 'name' };
      case 'labels':
        return { line: lineOf(`label ${String(at)}`), column: 'labels' };
      case 'current':
        return { line: lineOf(`version of ${String(at)}`), column: isKey ? 'unit' : 'version' };
      case 'endpoints': {
        const line = [...this.endpoints.values()][Number(at)]?.line ?? this.line;
        return { line, column: ENDPOINT_COLUMNS.get(part) ?? 'endpointUrl' };
      }
      default:
        return { line: this.line, column: 'tenantId' };
    }
  }
}

const ENDPOINT_COLUMNS: ReadonlyMap<PropertyKey | undefined, Column> = new Map([
  ['key', 'endpointKey'],
  ['healthUrl', 'healthUrl'],
]);

function pairsOf(text: string): string[] {
  return text
    .split(';')
    .map((pair) => pair.trim())
    .filter(Boolean);
}

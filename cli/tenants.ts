import { shownName } from '@/server/nearest';
import { UsageError } from './arguments';
import { asked } from './client';
import type { Command } from './command';
import { EXIT } from './exit-codes';

const PAGE = 1000;

export const importTenants: Command = {
  usage: 'tenants import <file|->',
  summary: 'create or replace tenants from a CSV or JSON file: all of them or, with a bad line, none',
  help: [
    'A file that begins with [ or { is JSON, as "tenants export" writes it; anything else is CSV with the columns',
    'tenantId, name, endpointKey, endpointUrl, healthUrl, labels (a=b;c=d), unit, version: a line for each endpoint.',
    '"-" reads from standard input.',
  ],
  options: {},
  run: async ({ given, client, access, out, json, read }) => {
    const text = (await read(given.only('file'))).trim();
    const isJson = text.startsWith('[') || text.startsWith('{');
    const input = isJson ? { tenants: tenantsIn(text) } : { csv: text };
    const answer = await asked(access.url, client.tenants.import.mutate(input));
    out(json ? JSON.stringify(answer) : `Imported ${answer.imported} tenants.`);
    return EXIT.completed;
  },
};

type ImportInput = Parameters<Parameters<Command['run']>[0]['client']['tenants']['import']['mutate']>[0];

/** The server checks what is in it. */
function tenantsIn(text: string): NonNullable<ImportInput['tenants']> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The file is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { tenants?: unknown }).tenants;
  return list as NonNullable<ImportInput['tenants']>;
}

export const exportTenants: Command = {
  usage: 'tenants export [--select key=value …]',
  summary: 'write tenants as JSON that "tenants import" takes; secret variables are left out',
  help: ['--select key=value  only tenants with this label; may be given several times'],
  options: { select: { type: 'string', multiple: true } },
  run: async ({ given, client, access, out }) => {
    given.none();
    const labels = labelsFrom(given.all('select'));
    const tenants = [];
    for (let after: string | undefined; ; ) {
      const input = { labels, limit: PAGE, ...(after === undefined ? {} : { after }) };
      const page = await asked(access.url, client.tenants.list.query(input));
      for (const { tenantId, name, labels: own, endpoints, variables, overrides, units } of page)
        tenants.push({
          tenantId,
          name,
          labels: own,
          endpoints,
          variables,
          overrides,
          current: currentOf(units),
        });
      after = page.at(-1)?.tenantId;
      if (page.length < PAGE || after === undefined) break;
    }
    out(JSON.stringify(tenants, null, 2));
    return EXIT.completed;
  },
};

/** What is not known is not claimed. */
function currentOf(units: readonly { unitId: string; current: string }[]): Record<string, string> {
  return Object.fromEntries(
    units.flatMap(({ unitId, current }) => (current === 'unknown' ? [] : [[unitId, current]])),
  );
}

/** `region=eu` given several times, as the API takes labels. */
export function labelsFrom(pairs: readonly string[]): Record<string, string> {
  const labels = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--select takes key=value; "${shownName(pair)}" is none.`);
    const key = pair.slice(0, at);
    const value = pair.slice(at + 1);
    if (labels.has(key) && labels.get(key) !== value)
      throw new UsageError(
        `--select says ${shownName(key)}=${labels.get(key)} and ${shownName(pair)}: no tenant has both.`,
      );
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}

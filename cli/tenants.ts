import { randomUUID } from 'node:crypto';
import { parseUnique } from '@/domain/unique-keys';
import { shownName } from '@/server/input/nearest';
import { UsageError } from './arguments';
import { asked, type Client } from './client';
import type { Command } from './command';
import { EXIT } from './exit-codes';
import { readText } from './read-text';

const PAGE = 1000;

export const importTenants: Command = {
  usage: 'tenants import <file|-> [--preview] [--replace]',
  summary: 'create or change tenants from a CSV or JSON file: all of them or, with a bad line, none',
  help: [
    'A file that begins with [ or { is JSON, as "tenants export" writes it; anything else is CSV with the columns',
    'tenantId, name, endpointKey, endpointUrl, healthUrl, labels (a=b;c=d), unit, version: a line for each endpoint.',
    'The file is UTF-8; comma, semicolon or tab stands between cells. "-" reads from standard input.',
    'What the file does not mention is kept: an empty cell says nothing.',
    '--preview  only tell what it would do; --dry-run is the same',
    '--replace  take away what the file does not mention of its tenants',
  ],
  example: 'switchyard tenants import fleet.csv --preview',
  options: { preview: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, replace: { type: 'boolean' } },
  run: async ({ given, client, access, out, json, read }) => {
    const text = (await readText({ read }, given.only('file'))).trimEnd();
    const tenants = /^\s*[[{]/.test(text) ? { tenants: tenantsIn(text) } : { csv: text };
    const dryRun = given.flag('preview') || given.flag('dry-run');
    const input = { ...tenants, dryRun, replace: given.flag('replace') };
    const answer = await asked(access.url, client.tenants.import.mutate(input));
    if (json) out(JSON.stringify(answer));
    else out((input.dryRun ? previewed(answer) : imported(answer)).join('\n'));
    return EXIT.completed;
  },
};

type ImportAnswer = Awaited<ReturnType<Client['tenants']['import']['mutate']>>;

const tenants = (count: number) => `${count} ${count === 1 ? 'tenant' : 'tenants'}`;

function imported(answer: ImportAnswer): string[] {
  const { imported, totals, unchanged, importId } = answer;
  const { created, changed } = totals;
  return [
    `Imported ${tenants(imported)}: ${created} created, ${changed} changed, ${unchanged} unchanged.`,
    ...kept(answer),
    ...(importId ? [`Take it back with: switchyard tenants undo-import ${importId}`] : []),
  ];
}

/** Versions of the file that something else is on record for. */
function kept({ keptVersions, totals }: ImportAnswer): string[] {
  if (totals.keptVersions === 0) return [];
  const named = keptVersions.map(
    ({ tenantId, unitId, given, onRecord }) => `  ${tenantId}: ${unitId} ${onRecord}, the file says ${given}`,
  );
  const more = totals.keptVersions - named.length;
  return ['What is on record stays:', ...named, ...(more > 0 ? [`  … and ${more} more`] : [])];
}

function previewed(answer: ImportAnswer): string[] {
  const { created, changed, unchanged, totals } = answer;
  const more = (total: number, shown: number, what: string) =>
    total > shown ? [`… and ${total - shown} more ${what}`] : [];
  const told = (value: unknown) => (value === null ? 'nothing' : JSON.stringify(value));
  return [
    `This would create ${tenants(totals.created)}, change ${totals.changed} and leave ${unchanged} as it is. Nothing was done.`,
    ...(totals.removed > 0
      ? [`It would take away ${totals.removed} ${totals.removed === 1 ? 'value' : 'values'}.`]
      : []),
    ...created.map((tenantId) => `+ ${tenantId}`),
    ...more(totals.created, created.length, 'to create'),
    ...changed.flatMap(({ tenantId, fields, fieldsTotal }) => [
      `~ ${tenantId}`,
      ...fields.map(({ field, before, after }) => `    ${field}: ${told(before)} → ${told(after)}`),
      ...more(fieldsTotal, fields.length, 'values').map((line) => `    ${line}`),
    ]),
    ...more(totals.changed, changed.length, 'to change'),
    ...kept(answer),
  ];
}

export const undoImport: Command = {
  usage: 'tenants undo-import <import id>',
  summary: 'take an import back, save where something was changed since',
  help: ['The id is what "tenants import" answered; the audit log has it as well.'],
  example: 'switchyard tenants undo-import 5f0c…',
  options: {},
  run: async ({ given, client, access, out, json }) => {
    const input = { importId: given.only('import id'), requestId: randomUUID() };
    const answer = await asked(access.url, client.tenants.undoImport.mutate(input));
    const { restored, removed, leftOut, leftOutTotal } = answer;
    const lines = [
      `Taken back: ${tenants(restored)} restored, ${removed} removed.`,
      ...(leftOutTotal > 0 ? [`Left out: ${tenants(leftOutTotal)}.`] : []),
      ...leftOut.map(({ tenantId, reason }) => `  ${tenantId}: ${reason}`),
      ...(leftOutTotal > leftOut.length ? [`  … and ${leftOutTotal - leftOut.length} more`] : []),
    ];
    out(json ? JSON.stringify(answer) : lines.join('\n'));
    return EXIT.completed;
  },
};

type ImportInput = Parameters<Client['tenants']['import']['mutate']>[0];

/** The server checks what is in it. */
function tenantsIn(text: string): NonNullable<ImportInput['tenants']> {
  let parsed: unknown;
  try {
    parsed = parseUnique(text);
  } catch (error) {
    throw new UsageError(`The file is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { tenants?: unknown }).tenants;
  return list as NonNullable<ImportInput['tenants']>;
}

type TenantPage = Awaited<ReturnType<Client['tenants']['list']['query']>>;

export const exportTenants: Command = {
  usage: 'tenants export [--select key=value …]',
  summary: 'write tenants as JSON that "tenants import" takes; secret variables are left out',
  help: ['--select key=value  only tenants with this label; may be given several times'],
  example: 'switchyard tenants export --select region=eu > eu.json',
  options: { select: { type: 'string', multiple: true } },
  run: async ({ given, client, access, out }) => {
    given.none();
    const labels = labelsFrom(given.all('select'));
    const tenants = [];
    for (let cursor: string | null = null; ; ) {
      const page: TenantPage = await asked(
        access.url,
        client.tenants.list.query({ labels, limit: PAGE, cursor }),
      );
      for (const { tenantId, name, labels: own, endpoints, variables, overrides, units } of page.items)
        tenants.push({
          tenantId,
          name,
          labels: own,
          endpoints,
          variables,
          overrides,
          current: currentOf(units),
        });
      cursor = page.next;
      if (cursor === null) break;
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

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { TenantGiven } from '@/domain/tenant-merge';
import { quoted } from '@/server/commands/csv-rows';
import { Problems } from '@/server/commands/problems';
import { type CsvTenant, parseTenantCsv } from '@/server/commands/tenant-csv';
import { problemsOf } from '@/server/input/closed-input';
import { InvalidInput } from '@/server/input/refused';
import { foreignText } from '@/server/security/foreign-text';
import { NO_VEIL } from '@/server/security/veil';
import { MAX_TENANTS_PER_PLAN } from './inputs';
import { csvTenant, type importInput, tenantWrite } from './tenant-inputs';

/** Checked between the turns of others. */
const CHECKED_AT_ONCE = 250;

/** The tenants of an import. Throws {@link InvalidInput} with all that is wrong, line by line. */
export async function givenTenants(input: z.output<typeof importInput>): Promise<TenantGiven[]> {
  const problems = new Problems();
  const given =
    input.csv === undefined
      ? await checkedTenants(input.tenants ?? [], problems)
      : await checkedLines(await parseTenantCsv(input.csv, problems), problems);
  problems.throwIfAny();
  if (given.length === 0) throw new InvalidInput('csv', 'There is no tenant in it.');
  return given;
}

async function checkedLines(lines: readonly CsvTenant[], problems: Problems): Promise<TenantGiven[]> {
  if (lines.length > MAX_TENANTS_PER_PLAN)
    throw new InvalidInput(
      'csv',
      `A file has at most ${MAX_TENANTS_PER_PLAN} tenants; this has ${lines.length}.`,
    );
  const checked: TenantGiven[] = [];
  for (const [index, one] of lines.entries()) {
    if (index % CHECKED_AT_ONCE === 0) await nextTurn();
    const parsed = csvTenant.safeParse(one.given);
    if (parsed.success) checked.push(parsed.data);
    for (const issue of parsed.error?.issues ?? []) {
      const { line, column } = one.placeOf(issue.path, issue.code === 'invalid_key');
      const who = column === 'tenantId' ? `${quoted(one.given.tenantId)} ` : '';
      const message = `Line ${line}, ${column}: ${who}${messageOf(issue)}`;
      problems.add({ field: `csv.line ${line}.${column}`, line, message });
    }
  }
  return checked;
}

async function checkedTenants(given: readonly unknown[], problems: Problems): Promise<TenantGiven[]> {
  const checked: TenantGiven[] = [];
  const places = new Map<string, number>();
  for (const [index, one] of given.entries()) {
    if (index % CHECKED_AT_ONCE === 0) await nextTurn();
    const parsed = tenantWrite.safeParse(one);
    for (const { path, message } of parsed.error ? problemsOf(parsed.error) : []) {
      const field = ['tenants', index, ...path]
        .map((part) => foreignText(String(part), NO_VEIL, 80))
        .join('.');
      problems.add({ field, message: `${nameOf(one)}${field}: ${foreignText(message, NO_VEIL, 300)}` });
    }
    if (!parsed.success) continue;
    const { tenantId } = parsed.data;
    const before = places.get(tenantId);
    if (before !== undefined)
      problems.add({
        field: `tenants.${index}.tenantId`,
        message: `${tenantId}: tenants.${index} is in it twice; it is tenants.${before} as well.`,
      });
    places.set(tenantId, index);
    checked.push(parsed.data);
  }
  return checked;
}

/** Of a bad key the key's own message. */
function messageOf(issue: z.core.$ZodIssue): string {
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  return foreignText((inner ?? issue).message, NO_VEIL, 300);
}

function nameOf(tenant: unknown): string {
  const id = typeof tenant === 'object' && tenant !== null && 'tenantId' in tenant ? tenant.tenantId : null;
  return typeof id === 'string' ? `${foreignText(id, NO_VEIL, 64)}: ` : '';
}

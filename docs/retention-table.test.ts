import { readFileSync } from 'node:fs';
import { getTableName, isTable } from 'drizzle-orm';
import { expect, it } from 'vitest';
import * as audit from '@/db/schema/audit';
import * as auth from '@/db/schema/auth';
import * as catalogue from '@/db/schema/catalogue';
import * as imports from '@/db/schema/imports';
import * as notify from '@/db/schema/notify';
import * as run from '@/db/schema/run';
import * as snapshots from '@/db/schema/snapshots';

it('says of every table what it grows with and when its rows go', () => {
  const tables = Object.values({
    ...audit,
    ...auth,
    ...catalogue,
    ...imports,
    ...notify,
    ...run,
    ...snapshots,
  }).flatMap((one) => (isTable(one) ? [getTableName(one)] : []));
  const text = readFileSync('docs/operations.md', 'utf8');
  const rows = text.split('| table | grows with | is removed |')[1]?.split('\n\n')[0] ?? '';
  const told = rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]);
  const names = told.map(([, name]) => name);
  expect(names.filter((name) => name !== 'function_source' && name !== 'pgboss').sort()).toEqual(
    tables.sort(),
  );
});

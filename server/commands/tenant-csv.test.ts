import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTenantCsv } from './tenant-csv';

/** What comes of reading it, and how many turns others had meanwhile. */
async function read(csv: string): Promise<{ tenants: number; error: string | null; turns: number }> {
  let turns = 0;
  let over = false;
  const others = (async () => {
    for (; !over; turns += 1) await nextTurn();
  })();
  const ended = await parseTenantCsv(csv).then(
    (tenants) => ({ tenants: tenants.length, error: null }),
    (error: Error) => ({ tenants: 0, error: error.message }),
  );
  over = true;
  await others;
  return { ...ended, turns };
}

const MEGABYTE = 1024 * 1024;
const header = 'tenantId,name,endpointUrl\n';

describe('a CSV file', () => {
  it('is read piece by piece, so that others have their turn however large it is', async () => {
    const line = 'a-tenant,A tenant with a name of some length,http://10.0.0.1:8080/some/path\n';
    const small = await read(header + line.repeat(2000));
    const large = await read(header + line.repeat(20_000));
    expect([small.tenants, large.tenants]).toEqual([1, 1]);
    expect(small.turns).toBeGreaterThan((2000 * line.length) / (16 * 1024));
    expect(large.turns).toBeGreaterThan((20_000 * line.length) / (16 * 1024));
  });

  it.each([
    [
      'one line of 5 MB',
      `${header}a,${'b'.repeat(5 * MEGABYTE)}`,
      /maximum number of tolerated bytes of 32768 at line 2/,
    ],
    ['an open quote', `${header}"${'""'.repeat(MEGABYTE)}`, /maximum number of tolerated bytes/],
    ['a million columns', `${'a,'.repeat(MEGABYTE)}\n`, /maximum number of tolerated bytes/],
    [
      'a million labels',
      `tenantId,labels\na,${'x=y;'.repeat(MEGABYTE)}`,
      /maximum number of tolerated bytes/,
    ],
    ['more lines than there can be endpoints', `${header}${'a,,\n'.repeat(200_001)}`, /at most 200000 lines/],
    ['a line with too few columns', `${header}a\n`, /columns length is 3, got 1 on line 2/],
  ])('%s is refused in words, early', async (_name, csv, words) => {
    expect((await read(csv)).error).toMatch(words);
  });

  it('reads the same wherever a piece ends', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' b', 'ü', '"', ',', '\n', '😀'), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 20 }),
        fc.nat(9000),
        async (names, padding) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const rows = names.map((name, at) => `t${at},${quoted(name)},`).join('\n');
          const tenants = await parseTenantCsv(`${header}pad,${'x'.repeat(padding)},\n${rows}\n`);
          const wanted = names.map((name, at) => name || `t${at}`);
          expect(tenants.slice(1).map(({ name }) => name)).toEqual(wanted);
        },
      ),
    );
  });
});

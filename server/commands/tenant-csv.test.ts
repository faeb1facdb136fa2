import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@/server/input/refused';
import { Problems } from './problems';
import { parseTenantCsv } from './tenant-csv';

async function parsed(csv: string) {
  const problems = new Problems();
  const tenants = await parseTenantCsv(csv, problems);
  problems.throwIfAny();
  return tenants.map(({ given }) => given);
}

/** The lines of the refusal. */
async function refused(csv: string): Promise<string[]> {
  const error = await parsed(csv).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InvalidInput);
  return error instanceof InvalidInput ? error.message.split('\n') : [];
}

/** What comes of reading it, and how many turns others had meanwhile. */
async function read(csv: string): Promise<{ tenants: number; error: string | null; turns: number }> {
  let turns = 0;
  let over = false;
  const others = (async () => {
    for (; !over; turns += 1) await nextTurn();
  })();
  const ended = await parsed(csv).then(
    (tenants) => ({ tenants: tenants.length, error: null }),
    (error: Error) => ({ tenants: 0, error: error.message }),
  );
  over = true;
  await others;
  return { ...ended, turns };
}

const MEGABYTE = 1024 * 1024;
const header = 'tenantId,name,endpointUrl\n';
const one = { tenantId: 'a', name: 'A', endpoints: [{ url: 'http://a' }] };

describe('a CSV file', () => {
  it.each<[string, string, unknown[]]>([
    ['commas', 'tenantId,name,endpointUrl\na,A,http://a\n', [one]],
    ['semicolons', 'tenantId;name;endpointUrl\na;A;http://a\n', [one]],
    ['tabs', 'tenantId\tname\tendpointUrl\na\tA\thttp://a\n', [one]],
    ['one column', 'tenantId\na\n', [{ tenantId: 'a' }]],
    ['columns in another order', 'endpointUrl,tenantId,name\nhttp://a,a,A\n', [one]],
    ['a byte order mark', '\ufefftenantId,name,endpointUrl\na,A,http://a\n', [one]],
    ['a mark and a quoted header', '\ufeff"tenantId";"name"\na;A\n', [{ tenantId: 'a', name: 'A' }]],
    ['line ends of Windows', 'tenantId,name,endpointUrl\r\na,A,http://a\r\n', [one]],
    ['line ends of old Macs', 'tenantId,name,endpointUrl\ra,A,http://a\r', [one]],
    ['no line end at last', 'tenantId,name,endpointUrl\na,A,http://a', [one]],
    ['blank lines anywhere', '\n\ntenantId,name,endpointUrl\n\n , ,\n  \na,A,http://a\n\n', [one]],
    ['empty cells at the end', 'tenantId,name,endpointUrl\na,A,http://a,,\n', [one]],
    ['empty cells', 'tenantId,name,labels,unit,version\na,,,,\n', [{ tenantId: 'a' }]],
    [
      'quotes, separators and line breaks in cells',
      'tenantId,name\na,"A ""x"",\nB"\n',
      [{ tenantId: 'a', name: 'A "x",\nB' }],
    ],
    [
      'characters of anywhere',
      'tenantId,name\na,Zürich 東京 😀\n',
      [{ tenantId: 'a', name: 'Zürich 東京 😀' }],
    ],
    [
      'labels, also with = in a value',
      'tenantId,labels\na, region = eu ;;q=a=b;\n',
      [{ tenantId: 'a', labels: { region: 'eu', q: 'a=b' } }],
    ],
    [
      'labels in a file of semicolons',
      'tenantId;labels\na;"region=eu;tier=gold"\n',
      [{ tenantId: 'a', labels: { region: 'eu', tier: 'gold' } }],
    ],
    [
      'a tenant on several lines, which agree',
      [
        'tenantId,name,endpointKey,endpointUrl,healthUrl,labels,unit,version',
        'a,A,k,http://a,,region=eu,router,v1',
        'b,,,,,,,',
        'a,,k,http://a,http://a/up,region=eu;tier=gold,cache,v2',
        'a,A,,http://b,,,router,v1',
        'a,A,,http://b,http://b/up,,,',
      ].join('\n'),
      [
        {
          tenantId: 'a',
          name: 'A',
          endpoints: [
            { key: 'k', url: 'http://a', healthUrl: 'http://a/up' },
            { url: 'http://b', healthUrl: 'http://b/up' },
          ],
          labels: { region: 'eu', tier: 'gold' },
          current: { router: 'v1', cache: 'v2' },
        },
        { tenantId: 'b' },
      ],
    ],
    ['nothing', '', []],
    ['only its header', header, []],
  ])('may have %s', async (_what, csv, wanted) => {
    expect(await parsed(csv)).toEqual(wanted);
  });

  it.each<[string, string, (string | RegExp)[]]>([
    [
      'an unknown column',
      'tenantId,nmae,colour\na,b,c\n',
      [
        '2 problems:',
        'Unknown column "nmae" (column 2). Did you mean name?',
        /^Unknown column "colour" \(column 3\)\. Known: tenantId, name,/,
      ],
    ],
    [
      'a column in other letters',
      'TenantID\na\n',
      ['Unknown column "TenantID" (column 1). Did you mean tenantId?'],
    ],
    ['a column without a name', 'tenantId,,name\na,,b\n', ['Column 2 has no name.']],
    ['a column twice', 'name,tenantId,name\nA,a,B\n', ['Column "name" is there twice: as column 1 and 3.']],
    ['no tenantId', 'name\nA\n', [/^The first line must name the columns, tenantId among them/]],
    ['a line without tenant', 'tenantId,name\n,A\n', ['Line 2, tenantId: is missing']],
    ['a bad line after blank ones', 'tenantId,name\na,A\n\n\r\n  \n,B\n', ['Line 6, tenantId: is missing']],
    [
      'a bad line after quoted line breaks',
      'tenantId,name\na,"A\n\nB"\n"b","x\r\ny"\n,C\n',
      ['Line 7, tenantId: is missing'],
    ],
    ['a bad line that ends lines later', 'tenantId,name\n\n,"A\nB"\n', ['Line 3, tenantId: is missing']],
    [
      'too few cells and too many',
      'tenantId,name\na\nb,B,c\nc,C\n',
      [
        '2 problems:',
        'Line 2 has 1 cells; the first line names 2 columns.',
        'Line 3 has 3 cells; the first line names 2 columns.',
      ],
    ],
    [
      'two names of a tenant',
      'tenantId,name\n\na,A\nb,X\na,\na,B\n',
      ['Line 6, name: says name "B", line 3 said "A"'],
    ],
    [
      'two values of a label',
      'tenantId,labels\na,tier=gold\na,region=eu;tier=lead\n',
      ['Line 3, labels: says label tier "lead", line 2 said "gold"'],
    ],
    [
      'two values of a label in one cell',
      'tenantId,labels\na,tier=gold;tier=lead\n',
      ['Line 2, labels: says label tier "lead", the same line said "gold"'],
    ],
    [
      'two versions for a unit',
      'tenantId,unit,version\na,router,v1\na,router,v2\n',
      ['Line 3, version: says version of router "v2", line 2 said "v1"'],
    ],
    [
      'two URLs for an endpoint',
      'tenantId,endpointKey,endpointUrl\na,k,http://a\na,k,http://b\n',
      ['Line 3, endpointUrl: says endpointUrl of k "http://b", line 2 said "http://a"'],
    ],
    [
      'two health addresses for an endpoint',
      'tenantId,endpointUrl,healthUrl\na,http://a,http://a/1\na,http://a,http://a/2\n',
      ['Line 3, healthUrl: says healthUrl of http://a "http://a/2", line 2 said "http://a/1"'],
    ],
    [
      'halves of what belongs together',
      'tenantId,endpointKey,endpointUrl,healthUrl,unit,version\na,k,,,,\nb,,,http://b,,\nc,,,,u,\nd,,,,,v\n',
      [
        '4 problems:',
        'Line 2, endpointUrl: is missing beside endpointKey',
        'Line 3, endpointUrl: is missing beside healthUrl',
        'Line 4, version: is missing beside unit',
        'Line 5, unit: is missing beside version',
      ],
    ],
    [
      'what is no label',
      'tenantId,labels\na,eu;=x\n',
      [
        '2 problems:',
        'Line 2, labels: "eu" is not a label like region=eu',
        'Line 2, labels: "=x" is not a label like region=eu',
      ],
    ],
    [
      'an encoding that is not UTF-8',
      'tenantId,name\na,A\nb,Z\ufffdrich\n',
      [/^Line 3 has a character that is not UTF-8\. Save the file as UTF-8/],
    ],
    [
      'UTF-16 that was read as bytes',
      't\0e\0n\0a\0n\0t\0I\0d\0\n\0',
      [/^Line 1 has a character that is not UTF-8/],
    ],
    ['a quote inside a cell', 'tenantId,name\na,A\n\nb,x"y\n', [/^The CSV cannot be read: .*at line 4/]],
    ['a quote that never ends', 'tenantId,name\na,"A\n', [/^The CSV cannot be read: .*quote/]],
  ])('is refused for %s', async (_what, csv, wanted) => {
    expect(await refused(csv)).toEqual(
      wanted.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
    );
  });

  it('tells fifty problems and counts the rest', async () => {
    const lines = await refused(`tenantId,name\n${',A\n'.repeat(1234)}`);
    expect(lines).toHaveLength(52);
    expect([lines[0], lines[1], lines.at(-1)]).toEqual([
      '1,234 problems:',
      'Line 2, tenantId: is missing',
      'and 1,184 more.',
    ]);
  });

  it('repeats no more of a cell than can be read, and nothing that cannot be stored', async () => {
    const [line = ''] = await refused(`tenantId,name\na,A\na,${'x'.repeat(10_000)}\n`);
    expect(line.length).toBeLessThan(200);
  });

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
    ['five million blank lines', `${header}${'\n'.repeat(5 * MEGABYTE - 100)}a`, /has 1 cells/],
  ])('%s is refused in words, early', async (_name, csv, words) => {
    expect((await read(csv)).error).toMatch(words);
  });

  it.each([0, 1])('keeps every character whole, %i letters further on', async (padding) => {
    const name = '😀'.repeat(6000);
    const tenants = await parsed(`${header}pad,${'x'.repeat(padding)},\nt,${name},\n`);
    expect(tenants.at(-1)?.name).toBe(name);
  });

  it('reads the same wherever a piece ends', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' b', 'ü', '"', ',', '\n', '😀'), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 20 }),
        fc.nat(9000),
        async (names, padding) => {
          const inQuotes = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const rows = names.map((name, at) => `t${at},${inQuotes(name)},`).join('\n');
          const tenants = await parsed(`${header}pad,${'x'.repeat(padding)},\n${rows}\n`);
          expect(tenants.slice(1).map(({ name }) => name)).toEqual(names.map((name) => name || undefined));
        },
      ),
    );
  });
});

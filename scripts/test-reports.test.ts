import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const reports = new URL('./test-reports.mjs', import.meta.url).href;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchyard-reports-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('counts what Playwright reports, and repeats what failed and what was not run', async () => {
  const { playwrightTotals } = await import(reports);
  const test = (status: string, result: object = {}) => ({ status, annotations: [], results: [], ...result });
  const skipped = (description: string) => ({ annotations: [{ type: 'skip', description }] });
  const failed = {
    results: [{ errors: [{ message: '\u001b[31mError\u001b[39m: the port is taken\n\n  at once' }] }],
  };
  const spec = (title: string, ...tests: object[]) => ({ title, file: 'a.e2e.ts', tests });
  const report = written('playwright', {
    stats: { expected: 1, unexpected: 1, flaky: 0, skipped: 3 },
    errors: [],
    suites: [
      {
        specs: [spec('goes', test('expected')), spec('breaks', test('unexpected', failed))],
        suites: [
          {
            specs: [
              spec('waited in vain', test('skipped')),
              spec('cannot be', test('skipped', skipped('there is no ip'))),
              spec('is not wanted', test('skipped', skipped('later'))),
            ],
          },
        ],
      },
    ],
  });
  expect(playwrightTotals(report, 1)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 3,
    excused: 1,
    failures: [
      'a.e2e.ts: breaks\nError: the port is taken\n  at once',
      'a.e2e.ts: waited in vain\nwas not run',
      'a.e2e.ts: is not wanted\nwas not run',
    ],
  });
});

it('counts what Vitest reports, and files that cannot be loaded', async () => {
  const { vitestTotals } = await import(reports);
  const report = written('vitest', {
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      {
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'goes', ancestorTitles: [], failureMessages: [] },
          {
            status: 'failed',
            fullName: 'breaks',
            ancestorTitles: [],
            failureMessages: ['expected 1 to be 2'],
          },
          {
            status: 'skipped',
            fullName: 'cannot be',
            ancestorTitles: ['Caddy (skipped: there is no caddy)'],
            failureMessages: [],
          },
        ],
      },
      { status: 'failed', assertionResults: [], name: 'b.test.ts', message: 'no such module' },
    ],
  });
  expect(vitestTotals(report, 1)).toEqual({
    passed: 1,
    failed: 2,
    skipped: 1,
    excused: 1,
    failures: ['breaks\nexpected 1 to be 2', 'b.test.ts\nno such module'],
  });
});

it('fails where a runner fails beside its tests, has no test, or does not report', async () => {
  const { vitestTotals } = await import(reports);
  const report = (passed: number) =>
    written(`silent-${passed}`, {
      numPassedTests: passed,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    });
  expect(vitestTotals(report(3), 0).failed).toBe(0);
  expect(vitestTotals(report(3), 1).failed).toBe(1);
  expect(vitestTotals(report(0), 0).failed).toBe(1);
  expect(vitestTotals(path.join(folder, 'none.json'), 0).failed).toBe(1);
});

function written(name: string, report: object): string {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(report));
  return file;
}

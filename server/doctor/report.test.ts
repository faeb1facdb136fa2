import { expect, it } from 'vitest';
import type { Result } from './finding';
import { exitCodeOf, jsonOf, linesOf } from './report';

const results: Result[] = [
  { check: 'clock', level: 'ok', found: 'the clocks are 0.0 s apart' },
  {
    check: 'database role',
    level: 'warn',
    found: 'it owns\n the tables',
    meaning: 'So it could',
    remedy: 'Stop!',
  },
];
const failed: Result = { check: 'disk', level: 'fail', found: 'full' };

it('says each finding in one line, and counts them', () => {
  expect(linesOf([...results, failed])).toEqual([
    'ok    clock          the clocks are 0.0 s apart.',
    'warn  database role  it owns the tables. So it could. Stop!',
    'fail  disk           full.',
    '1 ok, 1 to look at, 1 failed.',
  ]);
});

it('ends with 1 where something failed, and not for a warning', () => {
  expect([exitCodeOf([]), exitCodeOf(results), exitCodeOf([...results, failed])]).toEqual([0, 0, 1]);
});

it('says the same for programs', () => {
  expect(JSON.parse(jsonOf('1.2.3', [failed]))).toEqual({ version: '1.2.3', failed: true, checks: [failed] });
});

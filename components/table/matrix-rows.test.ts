import { expect, it } from 'vitest';
import { instanceColumns, type MatrixCell, type MatrixRow, standingOf, worstFirst } from './matrix-rows';

const cell = (observed: string | null, ok = observed !== null): MatrixCell => ({
  ...{ instance: 'a', observed, ok, detail: '' },
});
const row = (tenantId: string, ...instances: MatrixCell[]): MatrixRow => ({
  ...{ key: tenantId, href: '', tenantId, name: tenantId, expected: 'v2', instances, at: null },
});

it('is as well as the worst of its instances', () => {
  expect(standingOf(row('a', cell('v2'), cell('v2')))).toBe('asExpected');
  expect(standingOf(row('a', cell('v2'), cell(null)))).toBe('silent');
  expect(standingOf(row('a', cell('v2', false)))).toBe('silent');
  expect(standingOf(row('a', cell(null), cell('v1')))).toBe('differs');
  expect(standingOf(row('a'))).toBe('unasked');
});

it('puts the worst first and leaves the rest in order', () => {
  const rows = [
    row('a', cell('v2')),
    row('b'),
    row('c', cell('v1')),
    row('d', cell(null)),
    row('e', cell('v1')),
  ];
  const { rows: sorted, counts } = worstFirst(rows);
  expect(sorted.map(({ key }) => key)).toEqual(['c', 'e', 'd', 'b', 'a']);
  expect(counts).toEqual({ differs: 2, silent: 1, unasked: 1, asExpected: 1 });
});

it('has a column for each instance, up to some', () => {
  expect(instanceColumns([])).toBe(1);
  expect(instanceColumns([row('a', cell('v1'), cell('v1'))])).toBe(2);
  expect(instanceColumns([row('a', ...Array.from({ length: 30 }, () => cell('v1')))])).toBe(8);
});

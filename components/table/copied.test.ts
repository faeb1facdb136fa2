import { expect, it } from 'vitest';
import { cellText, rowsText } from './copied';

it('is one line for each row, with heads, without what only acts', () => {
  const columns = [
    { id: 'name', name: 'Name', cell: () => null, value: (row: { name: string }) => row.name },
    { id: 'act', name: '', cell: () => null },
    { id: 'length', name: 'Length', cell: () => null, value: (row: { name: string }) => row.name.length },
  ];
  expect(rowsText(columns, [{ name: 'acme' }, { name: 'a\tb\nc' }])).toBe('Name\tLength\nacme\t4\na b c\t5');
});

it('keeps formulas of others from running where it is pasted, and numbers as they are', () => {
  const columns = [
    { id: 'name', name: 'Name', cell: () => null, value: (row: { name: string | number }) => row.name },
  ];
  const rows = [{ name: '=HYPERLINK("http://x")' }, { name: '\n@SUM(1)' }, { name: -5 }];
  expect(rowsText(columns, rows)).toBe('Name\n\'=HYPERLINK("http://x")\n @SUM(1)\n-5');
});

it('tells a moment exactly, and nothing as nothing', () => {
  expect(cellText(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(cellText(null)).toBe('');
});

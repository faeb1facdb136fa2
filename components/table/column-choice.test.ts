import { expect, it } from 'vitest';
import { shownColumns } from './column-choice';

const columns = [
  { id: 'name', name: 'Name', cell: () => null, fixed: true as const },
  { id: 'labels', name: 'Labels', cell: () => null },
  { id: 'changed', name: 'Changed', cell: () => null, spare: true as const },
];

it('shows all but the spare ones at first', () => {
  expect(shownColumns(columns, null)).toEqual({ name: true, labels: true, changed: false });
});

it('shows what was chosen, and always what tells rows apart', () => {
  const stored = JSON.stringify({ name: false, labels: false, changed: true, gone: true });
  expect(shownColumns(columns, stored)).toEqual({ name: true, labels: false, changed: true });
});

it.each(['{', 'null', '7', '"x"'])('takes %s for nothing', (stored) => {
  expect(shownColumns(columns, stored)).toEqual({ name: true, labels: true, changed: false });
});

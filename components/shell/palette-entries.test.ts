import { Play } from 'lucide-react';
import { expect, it } from 'vitest';
import { type Entry, matching } from './palette-entries';

const entry = (label: string, refusal: string | null = null): Entry => ({
  id: label,
  label,
  Icon: Play,
  key: null,
  refusal,
  run: () => {},
});

it('finds what has all the words, and puts what cannot be done last', () => {
  const groups = [
    {
      name: 'actions',
      entries: [entry('Pause plan', 'It is paused.'), entry('Roll back plan'), entry('Share')],
    },
    { name: 'places', entries: [entry('Plans'), entry('Audit')] },
  ] as const;
  const found = matching(
    groups.map((group) => ({ ...group, entries: [...group.entries] })),
    ' plan ',
  );
  expect(found.map(({ name, entries }) => [name, entries.map(({ label }) => label)])).toEqual([
    ['actions', ['Roll back plan', 'Pause plan']],
    ['places', ['Plans']],
  ]);
  expect(matching([{ name: 'places', entries: [entry('Plans')] }], 'audit')).toEqual([]);
});

import { expect, it } from 'vitest';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { labelOf, readGrouping, readSection, sectionOf } from './lane-sections';

it('reads from the address what lanes can be grouped by, and nothing else', () => {
  expect(['none', 'wave', 'failure', 'label:region', 'label:', 'size'].map(readGrouping)).toEqual([
    ...['none', 'wave', 'failure', 'label:region'],
    ...[null, null],
  ]);
  expect([labelOf('label:a:b'), labelOf('wave')]).toEqual(['a:b', null]);
});

it('says of a key what it was made of', () => {
  const task = pendingTask(1);
  expect(readSection(sectionOf({ ...task, wave: 12 }, 'wave', null))).toEqual({ kind: 'wave', wave: 12 });
  expect(readSection(sectionOf(task, 'failure', null))).toEqual({ kind: 'others' });
  expect(readSection(sectionOf(task, 'label:region', 'eu\nwest'))).toEqual({
    kind: 'label',
    value: 'eu\nwest',
  });
  expect(readSection(sectionOf(task, 'label:region', null))).toEqual({ kind: 'unlabelled' });
});

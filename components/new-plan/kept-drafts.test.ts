import { expect, it } from 'vitest';
import { draftOf, EMPTY_DRAFT } from './draft';
import { newestFirst, readKept, withDraft, withoutDraft } from './kept-drafts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

it('keeps several, the last one worked on first', () => {
  let kept = withDraft({}, 'a', EMPTY_DRAFT, at(1));
  kept = withDraft(kept, 'b', EMPTY_DRAFT, at(2));
  kept = withDraft(kept, 'a', { ...EMPTY_DRAFT, name: 'Again' }, at(3));
  expect(newestFirst(readKept(JSON.stringify(kept))).map(({ id, draft }) => [id, draft.name])).toEqual([
    ['a', 'Again'],
    ['b', ''],
  ]);
  expect(Object.keys(withoutDraft(kept, 'a'))).toEqual(['b']);
});

it('lets the oldest make room', () => {
  let kept = {};
  for (let number = 0; number < 25; number += 1)
    kept = withDraft(kept, `d${number}`, EMPTY_DRAFT, at(number));
  expect(newestFirst(kept)).toHaveLength(20);
  expect(kept).not.toHaveProperty('d4');
});

it('reads what an earlier build kept, and passes over what nobody can read', () => {
  expect(draftOf({ tenantIds: ['acme'], unitId: 'router' })).toEqual({
    ...EMPTY_DRAFT,
    choice: [{ take: true, ids: ['acme'] }],
    unitId: 'router',
  });
  expect(readKept('{')).toEqual({});
});

import { expect, it } from 'vitest';
import { readViews, sameFilter, withView } from './plan-views';

it('keeps views by name, and passes over what nobody knows', () => {
  const one = withView([], { name: 'Mine', q: 'ada', status: ['RUNNING'] });
  const changed = withView(one, { name: 'Mine', q: 'ada', status: ['FAILED'] });
  expect(changed).toEqual([{ name: 'Mine', q: 'ada', status: ['FAILED'] }]);
  expect(readViews('[{"name":"Old","q":"","status":["GONE","FAILED"]}]')).toEqual([
    { name: 'Old', q: '', status: ['FAILED'] },
  ]);
  expect(readViews('nonsense')).toEqual([]);
});

it('tells filters apart, whatever the order of their statuses', () => {
  expect(sameFilter({ q: '', status: ['FAILED', 'READY'] }, { q: '', status: ['READY', 'FAILED'] })).toBe(
    true,
  );
  expect(sameFilter({ q: 'a', status: [] }, { q: '', status: [] })).toBe(false);
});

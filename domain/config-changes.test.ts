import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differencesOf, fieldChanges } from './config-changes';
import { sameJson } from './tenant-merge';

const spec = fc.dictionary(
  fc.constantFrom('name', 'labels', 'topics', 'enabled'),
  fc.jsonValue({ maxDepth: 3 }),
);
const things = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd'), spec)
  .map((record) => new Map(Object.entries(record)));

describe('differences', () => {
  it('are what is created, changed part by part, and, where it is asked for, taken away', () => {
    const wanted = new Map<string, { labels?: object; size?: number }>([
      ['new', { size: 1 }],
      ['kept', { size: 2 }],
      ['changed', { labels: { region: 'eu' } }],
    ]);
    const actual = new Map([
      ['kept', { labels: {}, size: 2 }],
      ['changed', { labels: { region: 'us', tier: 'gold' }, size: 3 }],
      ['other', { labels: {}, size: 4 }],
    ]);
    const told = (prune: boolean) =>
      differencesOf(wanted, actual, { prune }).map(({ action, name, fields }) => [action, name, fields]);
    expect(told(false)).toEqual([
      ['create', 'new', [{ field: 'size', before: null, after: 1 }]],
      [
        'update',
        'changed',
        [
          { field: 'labels.region', before: 'us', after: 'eu' },
          { field: 'labels.tier', before: 'gold', after: null },
        ],
      ],
    ]);
    expect(told(true).at(-1)).toEqual(['delete', 'other', []]);
  });

  it('are none once they are made, whatever was there and whatever is wanted', () => {
    fc.assert(
      fc.property(things, things, fc.boolean(), (wanted, actual, prune) => {
        const made = new Map<string, object>(actual);
        for (const { action, name, after } of differencesOf(wanted, actual, { prune }))
          if (action === 'delete') made.delete(name);
          else made.set(name, after ?? {});
        expect(differencesOf(wanted, made, { prune })).toEqual([]);
        for (const [name, was] of actual)
          if (!wanted.has(name)) expect(made.get(name)).toEqual(prune ? undefined : was);
      }),
    );
  });

  it('leave alone what is not named', () => {
    fc.assert(
      fc.property(things, things, (wanted, actual) => {
        for (const { before, after, name } of differencesOf(wanted, actual, { prune: false }))
          for (const [key, value] of Object.entries(before ?? {}))
            if (!Object.hasOwn(wanted.get(name) ?? {}, key))
              expect(after && Object.entries(after)).toContainEqual([key, value]);
      }),
    );
  });
});

describe('changes of fields', () => {
  it('are none exactly where the values say the same', () => {
    const value = fc.dictionary(fc.string({ maxLength: 2 }), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(fieldChanges(a, a)).toEqual([]);
        // That a value is absent and that it is null is the same to whoever reads the changes.
        if (fieldChanges(a, b).length === 0) expect(sameJson(withoutNulls(a), withoutNulls(b))).toBe(true);
      }),
    );
  });

  it('name places of lists, and lists of another kind as a whole', () => {
    expect(
      fieldChanges({ steps: [{ seconds: 1 }], at: [] }, { steps: [{ seconds: 2 }, {}], at: {} }),
    ).toEqual([
      { field: 'steps.0.seconds', before: 1, after: 2 },
      { field: 'steps.1', before: null, after: {} },
      { field: 'at', before: [], after: {} },
    ]);
  });
});

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNulls(one)]])),
  );
}

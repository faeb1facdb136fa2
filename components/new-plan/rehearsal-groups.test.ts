import { expect, it } from 'vitest';
import { groupsOf } from './rehearsal-groups';

const instance = (name: string, version: string | null) => ({
  instance: name,
  url: `http://${name}`,
  version,
  digest: null,
  detail: version === null ? 'gave no answer' : `runs ${version}`,
});

it('groups what was found by what it is, and counts those of whom there is nothing to say', () => {
  const found = groupsOf(
    {
      tenants: [
        {
          tenantId: 'acme',
          expected: 'v1',
          instances: [instance('a', null), instance('b', 'v9'), instance('c', 'v1')],
          drifted: true,
          silent: 1,
          busyIn: 'PLN-7',
        },
        {
          tenantId: 'new',
          expected: 'v1',
          instances: [instance('n', 'v2')],
          drifted: false,
          silent: 0,
          busyIn: null,
        },
      ],
      frozen: [{ tenantId: 'cold', name: 'Winter', until: new Date(0) }],
      summary: { tenants: 5, instances: 9, silent: 1, drifted: 1, busy: 1, frozen: 1 },
    },
    'v2',
  );
  expect(found.map(({ outcome, tenants, rows }) => [outcome, tenants, rows.length])).toEqual([
    ['silent', 1, 1],
    ['drifted', 1, 1],
    ['busy', 1, 1],
    ['frozen', 1, 1],
    ['fine', 3, 0],
  ]);
  expect(found[1]?.rows[0]).toMatchObject({ instance: 'b', expected: 'v1' });
});

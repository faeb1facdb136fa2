import { describe, expect, it } from 'vitest';
import { mergedTenant, type TenantGiven, type TenantOnRecord, tenantChanges } from './tenant-merge';

const BEFORE: TenantOnRecord = {
  tenantId: 'acme',
  name: 'Acme',
  labels: { region: 'eu', tier: 'gold' },
  endpoints: [
    { key: 'one', url: 'http://10.0.0.1/', healthUrl: 'http://10.0.0.1/up', labels: { rack: 'a' } },
    { key: 'two', url: 'http://10.0.0.2/' },
  ],
  variables: { SIZE: '1' },
  overrides: { maxRetry: 5 },
  current: { router: 'v2' },
};
const give = (given: Omit<TenantGiven, 'tenantId'>, replace = false) =>
  mergedTenant(BEFORE, { tenantId: 'acme', ...given }, replace);
const changes = (given: Omit<TenantGiven, 'tenantId'>, replace = false) =>
  tenantChanges(BEFORE, give(given, replace));

describe('a tenant that is given again', () => {
  it('keeps what is absent', () => {
    expect(give({})).toEqual(BEFORE);
    expect(give({ labels: {}, endpoints: [], variables: {}, overrides: {}, current: {}, name: '' })).toEqual(
      BEFORE,
    );
  });

  it.each<[string, Omit<TenantGiven, 'tenantId'>, ReturnType<typeof tenantChanges>]>([
    ['a name', { name: 'Acme SE' }, [{ field: 'name', before: 'Acme', after: 'Acme SE' }]],
    [
      'labels',
      { labels: { tier: 'lead', zone: 'x' } },
      [
        { field: 'labels.tier', before: 'gold', after: 'lead' },
        { field: 'labels.zone', before: null, after: 'x' },
      ],
    ],
    ['variables', { variables: { SIZE: '2' } }, [{ field: 'variables.SIZE', before: '1', after: '2' }]],
    [
      'settings of its own',
      { overrides: { healthAttempts: 2, maxRetry: undefined } },
      [{ field: 'overrides.healthAttempts', before: null, after: 2 }],
    ],
    [
      'versions where nothing is on record',
      { current: { router: 'v1', cache: 'v9' } },
      [{ field: 'current.cache', before: null, after: 'v9' }],
    ],
    [
      'an endpoint of its key, and of a new one',
      {
        endpoints: [
          { key: 'one', url: 'http://10.0.1.1/' },
          { key: 'three', url: 'http://10.0.0.3/' },
        ],
      },
      [
        {
          field: 'endpoints.one',
          before: { url: 'http://10.0.0.1/', healthUrl: 'http://10.0.0.1/up', labels: { rack: 'a' } },
          after: { url: 'http://10.0.1.1/', healthUrl: 'http://10.0.0.1/up', labels: { rack: 'a' } },
        },
        { field: 'endpoints.three', before: null, after: { url: 'http://10.0.0.3/' } },
      ],
    ],
    [
      'endpoints without keys: one that is there, and one that is not',
      { endpoints: [{ url: 'http://10.0.0.2/' }, { url: 'http://10.0.0.9/' }] },
      [{ field: 'endpoints.acme-3', before: null, after: { url: 'http://10.0.0.9/' } }],
    ],
  ])('merges %s', (_what, given, wanted) => {
    expect(changes(given)).toEqual(wanted);
  });

  it('loses what is not given where replacing is asked for, save its versions', () => {
    expect(give({ endpoints: [{ url: 'http://10.0.0.2/' }], current: { router: 'v1' } }, true)).toEqual({
      tenantId: 'acme',
      name: 'acme',
      labels: {},
      endpoints: [{ key: 'two', url: 'http://10.0.0.2/' }],
      variables: {},
      overrides: {},
      current: { router: 'v2' },
    });
    expect(changes({ ...BEFORE, labels: { region: 'eu' } }, true)).toEqual([
      { field: 'labels.tier', before: 'gold', after: null },
    ]);
  });

  it('tells of endpoints in another order', () => {
    expect(changes({ ...BEFORE, endpoints: BEFORE.endpoints.toReversed() }, true)).toEqual([
      { field: 'endpoints', before: ['one', 'two'], after: ['two', 'one'] },
    ]);
  });

  it('is made of what is given when it is new', () => {
    const endpoints = [
      { url: 'http://10.0.0.1/' },
      { key: 'acme-2', url: 'http://b/' },
      { url: 'http://c/' },
    ];
    expect(mergedTenant(null, { tenantId: 'acme', endpoints }, false)).toMatchObject({
      name: 'acme',
      endpoints: [
        { key: 'acme-1', url: 'http://10.0.0.1/' },
        { key: 'acme-2', url: 'http://b/' },
        { key: 'acme-3', url: 'http://c/' },
      ],
      current: {},
    });
  });
});

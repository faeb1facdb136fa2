import { describe, expect, it } from 'vitest';
import type { FleetTenant } from '@/domain/view/fleet-view';
import { type Grouping, groupingOf, groupingText, groupTenants, labelKeys } from './fleet-groups';
import { kindsOf } from './fleet-looks';

const tenant = (over: Partial<FleetTenant>): FleetTenant => ({
  tenantId: 't',
  name: null,
  labels: {},
  version: 'v1',
  state: 'settled',
  planId: null,
  frozen: null,
  ...over,
});
const VERSIONS = ['v10', 'v9', 'v2', 'v1'];
const words = {
  state: (state: string) => `is ${state}`,
  without: (key: string) => `no ${key}`,
  others: 'rest',
  noVersion: 'none',
  unknown: 'unclear',
};
const grouped = (tenants: FleetTenant[], by: Grouping) =>
  groupTenants(tenants, by, VERSIONS, words).map(({ name, members }) => [name, members]);

describe('groups', () => {
  const tenants = [
    tenant({ version: 'v1', labels: { region: 'us' } }),
    tenant({ version: 'v10', state: 'failed' }),
    tenant({ version: null, state: 'none', labels: { region: 'eu' } }),
    tenant({ version: 'v10', labels: { region: 'eu' } }),
    tenant({ version: 'unknown', state: 'unknown' }),
  ];

  it('of versions have the newest first, and last who has none on record', () => {
    expect(grouped(tenants, { by: 'version' })).toEqual([
      ['v10', [1, 3]],
      ['v1', [0]],
      ['unclear', [4]],
      ['none', [2]],
    ]);
  });

  it('of states have the gravest first', () => {
    expect(grouped(tenants, { by: 'state' }).map(([name]) => name)).toEqual([
      'is failed',
      'is unknown',
      'is none',
      'is settled',
    ]);
  });

  it('of a label are in the order of its values', () => {
    expect(grouped(tenants, { by: 'label', key: 'region' })).toEqual([
      ['eu', [2, 3]],
      ['us', [0]],
      ['no region', [1, 4]],
    ]);
    expect(labelKeys(tenants)).toEqual(['region']);
  });

  it('that are too many to have a heading each are put together, every tenant once', () => {
    const many = Array.from({ length: 60 }, (_, index) => tenant({ labels: { row: String(index) } }));
    const groups = groupTenants(many, { by: 'label', key: 'row' }, VERSIONS, words);
    expect(groups).toHaveLength(24);
    expect(groups.at(-1)).toMatchObject({ name: 'rest', value: undefined });
    expect(groups.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([...many.keys()]);
  });

  it('are kept in the address, and a label may be called as it likes', () => {
    for (const by of [{ by: 'version' }, { by: 'state' }, { by: 'label', key: 'version' }] as const)
      expect(groupingOf(groupingText(by))).toEqual(by);
  });
});

describe('the legend', () => {
  it('has the versions in use, the newest first, then what tenants are in, each with its count', () => {
    const { kinds, kindOf } = kindsOf(
      [
        tenant({ version: 'v1' }),
        tenant({ version: 'v9' }),
        tenant({ version: 'v9' }),
        tenant({ version: 'v10', state: 'switching' }),
        tenant({ version: 'unknown', state: 'unknown' }),
      ],
      VERSIONS,
    );
    expect(kinds.map(({ key, count }) => [key, count])).toEqual([
      ['version v9', 2],
      ['version v1', 1],
      ['switching', 1],
      ['unknown', 1],
    ]);
    expect(kindOf(tenant({ state: 'failed', version: 'v9' }))).toBe('failed');
  });

  it('tells no two of them apart by colour alone', () => {
    const versions = ['a', 'b', 'c', 'd', 'e', 'f'];
    const states = ['failed', 'paused', 'back', 'switching', 'drifted', 'unknown', 'none'] as const;
    const { kinds } = kindsOf(
      [...versions.map((version) => tenant({ version })), ...states.map((state) => tenant({ state }))],
      versions,
    );
    expect(kinds).toHaveLength(12);
    expect(new Set(kinds.map(({ look }) => look.pattern)).size).toBe(kinds.length);
  });
});

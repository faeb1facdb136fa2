import { describe, expect, it } from 'vitest';
import {
  allOrNone,
  type Choosable,
  fits,
  isChosen,
  namedIds,
  type TenantChoice,
  withStep,
} from './tenant-choice';

const tenant = (tenantId: string, region = 'eu', current = 'v1'): Choosable => ({
  tenantId,
  name: `The ${tenantId}`,
  labels: { region },
  drifted: false,
  units: [{ unitId: 'router', current }],
});

describe('a filter', () => {
  it('looks in id and name, whatever the case', () => {
    expect(fits({ q: 'ACME' }, tenant('acme-1'))).toBe(true);
    expect(fits({ q: 'the' }, tenant('acme-1'))).toBe(true);
    expect(fits({ q: 'other' }, tenant('acme-1'))).toBe(false);
  });

  it('wants one value of each label', () => {
    expect(fits({ labels: { region: ['eu', 'us'] } }, tenant('a', 'us'))).toBe(true);
    expect(fits({ labels: { region: [] } }, tenant('a'))).toBe(false);
    expect(fits({ labels: { tier: '' } }, tenant('a'))).toBe(false);
  });

  it('leaves out who runs a version already, and keeps whose version nobody knows', () => {
    const notOn = { unitId: 'router', version: 'v2' };
    expect(fits({ notOn }, tenant('a', 'eu', 'v2'))).toBe(false);
    expect(fits({ notOn }, tenant('a'))).toBe(true);
    expect(fits({ notOn }, { ...tenant('a'), units: [] })).toBe(true);
  });
});

describe('a choice', () => {
  const eu = { labels: { region: ['eu'] } };

  it('is what the last step that concerns a tenant says', () => {
    const choice: TenantChoice = [
      { take: true, filter: eu },
      { take: false, ids: ['a'] },
    ];
    expect(isChosen(choice, tenant('a'))).toBe(false);
    expect(isChosen(choice, tenant('b'))).toBe(true);
    expect(isChosen(choice, tenant('c', 'us'))).toBe(false);
    expect(isChosen(withStep(choice, { take: true, filter: eu }), tenant('a'))).toBe(true);
  });

  it('forgets what everybody or nobody makes pointless', () => {
    const some: TenantChoice = [{ take: true, ids: ['a'] }];
    expect(withStep(some, { take: true, filter: {} })).toEqual([{ take: true, filter: {} }]);
    expect(withStep(some, { take: false, filter: { q: '' } })).toEqual([]);
    expect(withStep([], { take: false, ids: ['a'] })).toEqual([]);
  });

  it('keeps one list of ids where one does', () => {
    const two = withStep(withStep([], { take: true, ids: ['a'] }), { take: true, ids: ['b'] });
    expect(two).toEqual([{ take: true, ids: ['a', 'b'] }]);
    expect(withStep(two, { take: false, ids: ['a', 'b'] })).toEqual([]);
  });

  it('says by itself that all or none are chosen, where it can', () => {
    expect(allOrNone([], eu)).toBe(false);
    expect(allOrNone([{ take: true, filter: eu }], { labels: { region: ['eu'] } })).toBe(true);
    expect(allOrNone([{ take: true, filter: {} }], eu)).toBe(true);
    expect(allOrNone([{ take: true, filter: eu }], {})).toBeNull();
    expect(allOrNone([{ take: true, ids: ['a'] }], eu)).toBeNull();
  });

  it('names ids, also of nobody', () => {
    expect(
      namedIds([
        { take: true, ids: ['a', 'ghost'] },
        { take: true, filter: eu },
        { take: false, ids: ['a'] },
      ]),
    ).toEqual(['ghost']);
  });
});

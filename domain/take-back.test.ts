import { describe, expect, it } from 'vitest';
import { importedTenant, type Return, returned, type Since } from './take-back';
import type { TenantOnRecord } from './tenant-merge';

const WAS: TenantOnRecord = {
  tenantId: 'acme',
  name: 'Acme',
  labels: { region: 'eu' },
  endpoints: [{ key: 'one', url: 'http://10.0.0.1/' }],
  variables: {},
  overrides: {},
  current: { router: 'v2' },
};
const IS: TenantOnRecord = {
  ...WAS,
  labels: { region: 'us' },
  endpoints: [],
  current: { router: 'v2', cache: 'v9' },
};

describe('taking an import back', () => {
  it('knows whole fields that changed, and nothing of a tenant that did not', () => {
    expect(importedTenant(WAS, structuredClone(WAS))).toBeNull();
    expect(importedTenant(WAS, IS)).toEqual({
      tenantId: 'acme',
      before: { labels: WAS.labels, endpoints: WAS.endpoints },
      after: { labels: IS.labels, endpoints: [], current: { cache: 'v9' } },
    });
    const { tenantId: _tenantId, ...all } = WAS;
    expect(importedTenant(null, WAS)).toEqual({ tenantId: 'acme', before: null, after: all });
  });

  const restored: Return = {
    kind: 'restore',
    tenant: { ...IS, ...WAS, current: IS.current },
    forget: { cache: 'v9' },
  };
  const removed: Return = { kind: 'remove' };
  const since = (part: Partial<Since>): Since => ({ now: IS, planId: null, secretSet: false, ...part });

  it.each<[string, TenantOnRecord | null, Since, Return]>([
    ['gives back what was changed', WAS, since({}), restored],
    [
      'keeps what somebody changed of the rest',
      WAS,
      since({ now: { ...IS, name: 'Acme SE' } }),
      { ...restored, tenant: { ...restored.tenant, name: 'Acme SE' } },
    ],
    [
      'gives back also while plans and secrets came',
      WAS,
      since({ planId: 'PLN-7', secretSet: true }),
      restored,
    ],
    [
      'leaves what was changed again',
      WAS,
      since({ now: { ...IS, labels: { region: 'ap' } } }),
      { kind: 'leave', reason: 'Changed since: labels.' },
    ],
    [
      'leaves what was removed',
      WAS,
      since({ now: null }),
      { kind: 'leave', reason: 'It was removed since.' },
    ],
    ['removes what it created', null, since({}), removed],
    [
      'leaves what it created and somebody changed',
      null,
      since({ now: { ...IS, name: 'B', overrides: { maxRetry: 1 } } }),
      { kind: 'leave', reason: 'Changed since: name, overrides.' },
    ],
    [
      'leaves what it created and a plan has',
      null,
      since({ planId: 'PLN-7' }),
      { kind: 'leave', reason: 'It is in PLN-7.' },
    ],
    [
      'leaves what it created and has a secret',
      null,
      since({ secretSet: true }),
      { kind: 'leave', reason: 'A secret of it was set since.' },
    ],
  ])('%s', (_what, before, now, wanted) => {
    const item = importedTenant(before, IS);
    expect(item && returned(item, now)).toEqual(wanted);
  });
});

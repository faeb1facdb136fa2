import { describe, expect, it } from 'vitest';
import { editedTenant } from './tenant-edit';

const ACME = {
  tenantId: 'acme',
  name: 'Acme',
  labels: { region: 'eu', tier: 'gold' },
  endpoints: [
    { key: 'a-1', url: 'http://one', healthUrl: 'http://one/health', labels: { zone: 'a' } },
    { key: 'a-2', url: 'http://two' },
  ],
  variables: { dc: 'one' },
  overrides: { maxRetry: 3 },
  current: { router: 'v1' },
};

describe('a tenant after an edit', () => {
  it('keeps what the edit does not name', () => {
    expect(editedTenant(ACME, {})).toEqual(ACME);
    expect(editedTenant(ACME, { labels: { tier: 'lead' } })).toEqual({
      ...ACME,
      labels: { region: 'eu', tier: 'lead' },
    });
  });

  it('loses what the edit takes away, and gains what it sets', () => {
    const after = editedTenant(ACME, { labels: { region: null, ring: '1' }, variables: { dc: null } });
    expect(after.labels).toEqual({ tier: 'gold', ring: '1' });
    expect(after.variables).toEqual({});
  });

  it('has its instances in their order, with their labels, new ones at the end', () => {
    const { endpoints } = editedTenant(ACME, {
      endpoints: { 'a-3': { url: 'http://three' }, 'a-1': { url: 'http://uno' }, 'a-2': null },
    });
    expect(endpoints).toEqual([
      { key: 'a-1', url: 'http://uno', labels: { zone: 'a' } },
      { key: 'a-3', url: 'http://three' },
    ]);
  });

  it('is called as its id when the name is taken away', () => {
    expect(editedTenant(ACME, { name: '' }).name).toBe('acme');
  });

  it('is the same when the edit comes twice', () => {
    const edit = { name: 'Two', labels: { region: null }, endpoints: { 'a-2': null } };
    const once = editedTenant(ACME, edit);
    expect(editedTenant(once, edit)).toEqual(once);
  });
});

import { describe, expect, it } from 'vitest';
import { EMPTY_PAIR, EMPTY_PLACE, editOf, fieldOfPart, placesOf, valuesOf, wrongIn } from './tenant-form';

const ACME = {
  tenantId: 'acme',
  name: 'Acme',
  labels: { region: 'eu', tier: 'gold' },
  endpoints: [
    { key: 'acme-1', url: 'http://one', healthUrl: 'http://one/up' },
    { key: 'acme-2', url: 'http://two' },
  ],
  variables: { DC: 'one' },
};
const WORDS = { twice: 'twice', missing: 'missing' };

describe('what of a tenant is sent', () => {
  it('is nothing where nothing was changed, also with empty rows', () => {
    const values = valuesOf(ACME);
    expect(editOf(ACME, values)).toEqual({});
    const more = {
      ...values,
      labels: [...values.labels, EMPTY_PAIR],
      endpoints: [...values.endpoints, EMPTY_PLACE],
    };
    expect(editOf(ACME, more)).toEqual({});
  });

  it('is what was set, and null for what went', () => {
    const values = valuesOf(ACME);
    const edit = editOf(ACME, {
      ...values,
      name: ' Acme Europe ',
      labels: [
        { key: 'region', value: 'us' },
        { key: ' ring ', value: '1' },
      ],
      variables: [],
      endpoints: [{ key: 'acme-2', url: 'http://two', healthUrl: 'http://two/up' }],
    });
    expect(edit).toEqual({
      name: 'Acme Europe',
      labels: { tier: null, region: 'us', ring: '1' },
      variables: { DC: null },
      endpoints: { 'acme-1': null, 'acme-2': { url: 'http://two', healthUrl: 'http://two/up' } },
    });
  });

  it('is the id where the name is taken away', () => {
    expect(editOf(ACME, { ...valuesOf(ACME), name: '' })).toEqual({ name: 'acme' });
  });

  it('has a key for every instance, none of them twice', () => {
    const rows = [
      { ...EMPTY_PLACE, url: 'http://a' },
      { ...EMPTY_PLACE, key: 'acme-1', url: 'http://b' },
      EMPTY_PLACE,
    ];
    expect(placesOf('acme', rows)).toEqual([
      { key: 'acme-2', url: 'http://a' },
      { key: 'acme-1', url: 'http://b' },
    ]);
  });
});

describe('what is wrong with it', () => {
  it('is a value without a key, and a key that is there twice', () => {
    const labels = [{ key: 'a', value: '1' }, { key: 'a', value: '2' }, { key: '', value: '3' }, EMPTY_PAIR];
    expect(wrongIn({ ...valuesOf(ACME), labels }, WORDS)).toEqual({
      'labels.1.key': 'twice',
      'labels.2.key': 'missing',
    });
  });

  it('stands where it was written', () => {
    const values = { ...valuesOf(ACME), endpoints: [EMPTY_PLACE, ...valuesOf(ACME).endpoints] };
    expect(fieldOfPart('labels.tier', values)).toBe('labels.1.value');
    expect(fieldOfPart('endpoints.acme-2.url', values)).toBe('endpoints.2.url');
    expect(fieldOfPart('endpoints.0.url', values)).toBe('endpoints.1.url');
    expect(fieldOfPart('name', values)).toBeNull();
    expect(fieldOfPart('endpoints', values)).toBeNull();
  });
});

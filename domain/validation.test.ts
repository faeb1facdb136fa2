import { describe, expect, it } from 'vitest';
import type { Endpoint } from './tenant';
import { type ValidationSubject, validateTenants } from './validation';

const endpoint = (key: string, url = `http://${key}.example:80`): Endpoint => ({ key, url });

function subject(change: Partial<ValidationSubject> = {}, endpoints = [endpoint('a'), endpoint('b')]) {
  const tenantId = change.tenantId ?? 'acme';
  return {
    tenantId,
    mentions: 1,
    tenant: { tenantId, name: 'Acme', labels: {}, endpoints, variables: {}, overrides: {} },
    currentVersion: 'v1',
    busyIn: null,
    plannedIn: null,
    payloadError: null,
    missing: [],
    ...change,
  };
}

function findings(one: ValidationSubject) {
  const [result] = validateTenants([one], { unitId: 'router', version: 'v2' }).results;
  return {
    errors: result?.errors.map(({ code, field }) => `${code} ${field}`),
    warnings: result?.warnings.map(({ code }) => code),
  };
}

describe('validation', () => {
  it('finds nothing wrong with a tenant in order', () => {
    expect(findings(subject())).toEqual({ errors: [], warnings: [] });
  });

  it.each([
    ['a bad id', subject({ tenantId: 'a b' }), 'TENANT_ID tenantId'],
    ['an id of 65 letters', subject({ tenantId: 'x'.repeat(65) }), 'TENANT_ID tenantId'],
    ['an unknown tenant', subject({ tenant: null }), 'TENANT_UNKNOWN tenantId'],
    ['a tenant named twice', subject({ mentions: 2 }), 'TENANT_TWICE tenantId'],
    ['no endpoint', subject({}, []), 'NO_ENDPOINT endpoints'],
    [
      'an endpoint without a key',
      subject({}, [endpoint('a'), endpoint('', 'http://b')]),
      'ENDPOINT_KEY endpoints[1].key',
    ],
    [
      'two endpoints of one key',
      subject({}, [endpoint('a'), endpoint('a')]),
      'ENDPOINT_KEY endpoints[1].key',
    ],
    [
      'another protocol',
      subject({}, [endpoint('a'), endpoint('b', 'ftp://b')]),
      'ENDPOINT_URL endpoints[1].url',
    ],
    [
      'a bad health URL',
      subject({}, [endpoint('a'), { ...endpoint('b'), healthUrl: '/h' }]),
      'ENDPOINT_URL endpoints[1].healthUrl',
    ],
    ['a version it runs', subject({ currentVersion: 'v2' }), 'ALREADY_RUNNING version'],
    ['a version planned already', subject({ plannedIn: 'PLN-7' }), 'ALREADY_PLANNED tenantId'],
    [
      'a payload that cannot be made',
      subject({ payloadError: { message: 'no value', placeholder: '{{tenant.x}}' } }),
      'PAYLOAD payload',
    ],
  ])('refuses %s', (_name, one, expected) => {
    expect(findings(one).errors).toEqual([expected]);
  });

  it.each([
    ['a test tenant', subject({ tenantId: 'test_a' }), 'TENANT_TEST'],
    ['one endpoint', subject({}, [endpoint('a')]), 'ONE_ENDPOINT'],
    [
      'eleven endpoints',
      subject(
        {},
        Array.from({ length: 11 }, (_, n) => endpoint(`e${n}`)),
      ),
      'MANY_ENDPOINTS',
    ],
    ['a busy tenant', subject({ busyIn: 'PLN-7' }), 'BUSY'],
  ])('only warns of %s', (_name, one, expected) => {
    expect(findings(one)).toEqual({ errors: [], warnings: [expected] });
  });

  it('checks everything of every tenant and counts them', () => {
    const bad = subject({ tenantId: 'bad', mentions: 2, currentVersion: 'v2' }, []);
    const report = validateTenants([bad, subject()], { unitId: 'router', version: 'v2' });
    expect(report).toMatchObject({ total: 2, valid: 1, invalid: 1 });
    expect(report.results[0]?.errors.map((one) => one.code)).toEqual([
      'TENANT_TWICE',
      'NO_ENDPOINT',
      'ALREADY_RUNNING',
    ]);
  });
});

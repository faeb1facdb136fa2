import { describe, expect, it } from 'vitest';
import { admit } from './claims';
import { type OidcSettings, parseGroupRoles, rightsOfGroups } from './settings';

const settings = (more: Partial<OidcSettings> = {}): OidcSettings => ({
  ...{ issuer: 'https://login.example.com', clientId: 'a', clientSecret: 'b', name: 'c', scopes: [] },
  groupsClaim: 'groups',
  roles: parseGroupRoles('watch=viewer,sre=operator,platform=admin'),
  ...more,
});
const KIM = { sub: '1', email: 'Kim@Example.com', email_verified: true, name: 'Kim', groups: ['sre'] };

describe('groups', () => {
  it.each([
    [['sre'], 'operator'],
    [['sre', 'platform', 'watch'], 'admin'],
    [['SRE'], null],
    [['*'], null],
    [[], null],
  ])('%j give the role %s', (groups, role) => {
    expect(rightsOfGroups(settings().roles, groups)?.role ?? null).toBe(role);
  });

  it('may have a default, which lowers nothing', () => {
    const roles = parseGroupRoles('sre=operator, *=viewer');
    expect(rightsOfGroups(roles, [])?.role).toBe('viewer');
    expect(rightsOfGroups(roles, ['sre'])?.role).toBe('operator');
  });

  it.each([
    [['eu'], { role: 'operator', limitedTo: [{ region: 'eu' }] }],
    [['eu', 'gold-us'], { role: 'operator', limitedTo: [{ region: 'eu' }, { region: 'us', tier: 'gold' }] }],
    // Who watches everything and acts in the EU has the higher role, and what that is about.
    [['eu', 'watch'], { role: 'operator', limitedTo: [{ region: 'eu' }] }],
    [['eu', 'sre'], { role: 'operator', limitedTo: null }],
    [['watch-apac'], { role: 'viewer', limitedTo: [{ region: 'apac' }] }],
  ])('%j are for some tenants', (groups, rights) => {
    const roles = parseGroupRoles(
      'watch=viewer, watch-apac=viewer[region=apac], eu = operator [ region = eu ], gold-us=operator[region=us;tier=gold], sre=operator',
    );
    expect(rightsOfGroups(roles, groups)).toEqual(rights);
  });

  it.each([
    'eu=admin[region=eu]',
    'eu=operator[region]',
    'eu=operator[]',
    'eu=operator[region=eu',
    'eu=operator[=eu]',
  ])('%s is refused', (text) => expect(() => parseGroupRoles(text)).toThrow(/^"eu=/));

  it('are not for more labels than can be said', () => {
    const many = Array.from({ length: 400 }, (_, n) => `g${n}=viewer[region=r${n}]`).join(',');
    expect(() => parseGroupRoles(many)).toThrow('too many labels');
  });

  it('are found in a list, alone, and within an object', () => {
    const roleFor = (claims: object, groupsClaim = 'groups') =>
      admit(settings({ groupsClaim }), { ...KIM, groups: undefined, ...claims });
    expect(roleFor({ groups: 'sre' })).toMatchObject({ role: 'operator' });
    expect(roleFor({ realm_access: { roles: ['platform'] } }, 'realm_access.roles')).toMatchObject({
      role: 'admin',
    });
    expect(roleFor({ 'https://example.com/groups': ['watch'] }, 'https://example.com/groups')).toMatchObject({
      role: 'viewer',
    });
    expect(roleFor({ groups: { sre: true } })).toMatchObject({ refused: 'noGroup' });
    expect(roleFor({}, 'constructor.name')).toMatchObject({ refused: 'noGroup' });
  });
});

it('an address counts only as the provider has verified it', () => {
  expect(admit(settings(), KIM)).toMatchObject({ email: 'kim@example.com', role: 'operator' });
  for (const email_verified of [false, undefined, 'false', 1, 'yes'])
    expect(admit(settings(), { ...KIM, email_verified })).toMatchObject({ refused: 'emailUnverified' });
});

it('two people of one name are told apart by their address', () => {
  expect(admit(settings(), KIM)).toMatchObject({
    names: ['Kim', 'Kim (kim)', 'Kim (kim at example.com)'],
  });
});

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvError, readEnv } from './env';

const OURS = [
  'SWITCHYARD_DATA_DIR',
  'SWITCHYARD_PUBLIC_URL',
  'SWITCHYARD_TLS_CERT',
  'SWITCHYARD_TLS_KEY',
  'SWITCHYARD_ADMIN_EMAIL',
  'SWITCHYARD_ADMIN_PASSWORD',
  'SWITCHYARD_API_KEY',
  'SWITCHYARD_PASSWORD_LOGIN',
  'SWITCHYARD_OIDC_ISSUER',
  'SWITCHYARD_OIDC_CLIENT_ID',
  'SWITCHYARD_OIDC_CLIENT_SECRET',
  'SWITCHYARD_OIDC_SCOPES',
  'SWITCHYARD_OIDC_NAME',
  'SWITCHYARD_OIDC_GROUPS_CLAIM',
  'SWITCHYARD_OIDC_ROLES',
  'SWITCHYARD_TARGET_ALLOW',
  'SWITCHYARD_SECRET_KEY',
  'SWITCHYARD_STEPS',
  'SWITCHYARD_RETENTION_DAYS',
  'SWITCHYARD_MAX_CONCURRENCY',
  'SWITCHYARD_MAX_RETRY',
  'SWITCHYARD_HEALTH_INTERVAL_SECONDS',
  'SWITCHYARD_HEALTH_ATTEMPTS',
  'SWITCHYARD_HEALTH_PATH',
  'SWITCHYARD_VERSION_KEY',
  'SWITCHYARD_HEARTBEAT_SECONDS',
];
const KEY = Buffer.alloc(32, 7).toString('base64');

function problemsOf(source: Record<string, string>): string[] {
  try {
    readEnv(source);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems.map((p) => `${p.variable} ${p.message}`);
    throw error;
  }
}

describe('readEnv', () => {
  it('starts with nothing set', () => {
    const env = readEnv({});
    expect(env).toMatchObject({
      mode: 'development',
      port: 3000,
      host: '127.0.0.1',
      dataDir: path.resolve('.data'),
      executorSlots: 1000,
      checkpointStore: 'postgres',
      targetAllow: [],
      tuning: {},
    });
    expect(env.databaseUrl).toBeUndefined();
  });

  it('takes several hosts of a database, of which the primary is wanted', () => {
    const url = 'postgres://u:p@a:5432,b:5433/switchyard';
    const keyed = { SWITCHYARD_SECRET_KEY: KEY };
    expect(problemsOf({ ...keyed, DATABASE_URL: url })).toEqual([
      'DATABASE_URL must look like postgres://user:password@host:5432/name and, with several hosts, end with ?target_session_attrs=primary',
    ]);
    expect(problemsOf({ ...keyed, DATABASE_URL: `${url}?target_session_attrs=any` })).toHaveLength(1);
    const asPrimary = `${url}?target_session_attrs=primary`;
    for (const attrs of ['primary', 'read-write'])
      expect(readEnv({ ...keyed, DATABASE_URL: `${url}?target_session_attrs=${attrs}` }).databaseUrl).toBe(
        asPrimary,
      );
  });

  it('counts an empty variable as unset', () => {
    expect(readEnv({ PORT: '', DATABASE_URL: ' ' }).port).toBe(3000);
  });

  it('names every bad variable at once', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      DATABASE_URL: 'mysql://x',
      EXECUTOR_SLOTS: '0',
    });
    expect(problems).toEqual([
      'PORT must be a whole number',
      'DATABASE_URL must look like postgres://user:password@host:5432/name',
      'EXECUTOR_SLOTS must be between 1 and 10000',
      expect.stringContaining('SWITCHYARD_SECRET_KEY is required with DATABASE_URL'),
    ]);
  });

  it.each(OURS)('refuses %s misspelt, and says what was meant', (name) => {
    const misspelt = name.slice(0, -2) + name.slice(-1);
    expect(problemsOf({ [misspelt]: '1' })).toEqual([
      `${misspelt} is not known here; did you mean "${name}"?`,
    ]);
    expect(problemsOf({ SWITCHYARD_SOMETHING_ELSE: '1' })).toEqual([
      expect.stringContaining('SWITCHYARD_SOMETHING_ELSE is not known here (known: SWITCHYARD_'),
    ]);
  });

  it('refuses a shared database without a shared secret key', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://db/switchyard' })).toEqual([
      expect.stringContaining('SWITCHYARD_SECRET_KEY is required'),
    ]);
    expect(problemsOf({ DATABASE_URL: 'postgres://db/switchyard', SWITCHYARD_SECRET_KEY: KEY })).toEqual([]);
  });

  it('refuses a secret key that is not 32 bytes', () => {
    expect(problemsOf({ SWITCHYARD_SECRET_KEY: 'hunter2' })).toEqual([
      expect.stringContaining('must be 32 random bytes'),
    ]);
  });

  it('wants certificate and key together, and no address without TLS then', () => {
    expect(problemsOf({ SWITCHYARD_TLS_CERT: 'a.pem' })).toEqual([
      'SWITCHYARD_TLS_KEY is required with SWITCHYARD_TLS_CERT',
    ]);
    const pair = { SWITCHYARD_TLS_CERT: 'a.pem', SWITCHYARD_TLS_KEY: 'b.pem' };
    expect(problemsOf({ ...pair, SWITCHYARD_PUBLIC_URL: 'http://a.example' })).toEqual([
      'SWITCHYARD_PUBLIC_URL must be an https address with SWITCHYARD_TLS_CERT: the server answers nothing else',
    ]);
    expect(readEnv(pair).tls).toEqual({ certificate: path.resolve('a.pem'), key: path.resolve('b.pem') });
  });

  it('wants both halves of the first admin', () => {
    expect(problemsOf({ SWITCHYARD_ADMIN_EMAIL: 'ops@example.com' })).toEqual([
      'SWITCHYARD_ADMIN_PASSWORD is required with SWITCHYARD_ADMIN_EMAIL',
    ]);
    expect(problemsOf({ SWITCHYARD_ADMIN_PASSWORD: 'correct horse' })).toEqual([
      'SWITCHYARD_ADMIN_EMAIL is required with SWITCHYARD_ADMIN_PASSWORD',
    ]);
  });

  const SSO = {
    SWITCHYARD_PUBLIC_URL: 'https://switchyard.example.com',
    SWITCHYARD_OIDC_ISSUER: 'https://login.example.com/realms/main',
    SWITCHYARD_OIDC_CLIENT_ID: 'switchyard',
    SWITCHYARD_OIDC_CLIENT_SECRET: 'secret',
    SWITCHYARD_OIDC_ROLES: 'sre=operator, platform=admin, *=viewer',
  };

  it('reads a provider that people sign in at', () => {
    expect(readEnv({})).toMatchObject({ oidc: undefined, passwordLogin: true });
    expect(readEnv(SSO).oidc).toEqual({
      issuer: 'https://login.example.com/realms/main',
      clientId: 'switchyard',
      clientSecret: 'secret',
      scopes: ['openid', 'email', 'profile', 'groups'],
      name: 'login.example.com',
      groupsClaim: 'groups',
      roles: [
        { group: 'sre', role: 'operator' },
        { group: 'platform', role: 'admin' },
        { group: '*', role: 'viewer' },
      ],
    });
    expect(readEnv({ ...SSO, SWITCHYARD_PASSWORD_LOGIN: 'off' }).passwordLogin).toBe(false);
  });

  it('wants all that a provider needs', () => {
    expect(problemsOf({ SWITCHYARD_OIDC_ISSUER: 'https://login.example.com' })).toEqual(
      ['CLIENT_ID', 'CLIENT_SECRET', 'ROLES']
        .map((name) => expect.stringContaining(`SWITCHYARD_OIDC_${name} is required with`))
        .concat(expect.stringContaining('SWITCHYARD_PUBLIC_URL is required with SWITCHYARD_OIDC_ISSUER')),
    );
    expect(problemsOf({ SWITCHYARD_OIDC_ROLES: 'sre=operator' })).toEqual([
      'SWITCHYARD_OIDC_ISSUER is required with SWITCHYARD_OIDC_ROLES: the address of the provider',
    ]);
  });

  it('leaves nobody outside: passwords are switched off only beside a provider', () => {
    expect(problemsOf({ SWITCHYARD_PASSWORD_LOGIN: 'off' })).toEqual([
      'SWITCHYARD_OIDC_ISSUER is required with SWITCHYARD_PASSWORD_LOGIN=off: nobody could sign in',
    ]);
    const admin = { SWITCHYARD_ADMIN_EMAIL: 'a@example.com', SWITCHYARD_ADMIN_PASSWORD: 'correct horse' };
    expect(problemsOf({ ...SSO, ...admin, SWITCHYARD_PASSWORD_LOGIN: 'off' })).toEqual([
      expect.stringContaining('SWITCHYARD_ADMIN_EMAIL makes an account with a password'),
    ]);
  });

  it.each([
    ['SWITCHYARD_OIDC_ISSUER', 'http://login.example.com', 'must be the https address of the provider'],
    ['SWITCHYARD_OIDC_ISSUER', 'login.example.com', 'must be the https address of the provider'],
    ['SWITCHYARD_OIDC_ROLES', 'sre', '"sre" is not a group and a role'],
    ['SWITCHYARD_OIDC_ROLES', 'sre=root', '"sre=root" is not a group and a role'],
    ['SWITCHYARD_OIDC_ROLES', '=admin', '"=admin" is not a group and a role'],
    ['SWITCHYARD_OIDC_SCOPES', 'email profile', 'must have openid among its scopes'],
  ])('refuses %s %s', (name, value, message) => {
    expect(problemsOf({ ...SSO, [name]: value })).toEqual([expect.stringContaining(message)]);
  });

  it('wants an API key that nobody can guess', () => {
    expect(problemsOf({ SWITCHYARD_API_KEY: 'x'.repeat(32) })).toEqual([]);
    expect(problemsOf({ SWITCHYARD_API_KEY: 'x'.repeat(31) })).toEqual([
      expect.stringContaining('SWITCHYARD_API_KEY must have at least 32 characters'),
    ]);
  });

  it('refuses a first password that is tried first', () => {
    const admin = { SWITCHYARD_ADMIN_EMAIL: 'a@example.com', SWITCHYARD_ADMIN_PASSWORD: 'password1234' };
    expect(problemsOf(admin)).toEqual([expect.stringContaining('tried first')]);
  });

  it('names the proxy it cannot read', () => {
    expect(readEnv({ SWITCHYARD_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies).toEqual([
      '10.0.0.0/8',
      '::1',
    ]);
    expect(problemsOf({ SWITCHYARD_TRUSTED_PROXIES: 'proxy.example' })).toEqual([
      expect.stringContaining('"proxy.example" is not an IP address or a network'),
    ]);
  });

  it('names the entry of the allow-list it cannot read', () => {
    expect(problemsOf({ SWITCHYARD_TARGET_ALLOW: '10.0.0.0/8, http://x' })).toEqual([
      expect.stringContaining('SWITCHYARD_TARGET_ALLOW "http://x" is not a host'),
    ]);
  });

  it("takes steps of one's own from several places", () => {
    expect(readEnv({}).ownSteps).toEqual([]);
    expect(readEnv({ SWITCHYARD_STEPS: './my-steps, /opt/steps/purge.mjs,' }).ownSteps).toEqual([
      path.resolve('my-steps'),
      '/opt/steps/purge.mjs',
    ]);
  });

  it('keeps only the tuning that is set', () => {
    expect(readEnv({ SWITCHYARD_MAX_RETRY: '0', SWITCHYARD_HEALTH_INTERVAL_SECONDS: '0' }).tuning).toEqual({
      maxRetry: 0,
      healthIntervalSeconds: 0,
    });
  });
});

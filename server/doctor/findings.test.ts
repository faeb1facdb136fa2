import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { version } from '@/package.json';
import { EnvError } from '@/server/env';
import { validityFound } from './checks/certificate';
import { clockFound } from './checks/clock';
import { connectionsFound } from './checks/connections';
import { diskFound } from './checks/disk';
import { environment, refusals } from './checks/environment';
import { isChosen } from './checks/keys';
import { plainFound, publicFound, socketsFound } from './checks/proxy';
import { roleFound } from './checks/role';
import { schemaFound } from './checks/schema';
import { serverFound } from './checks/server';
import { type Looked, targetsFound } from './checks/targets';
import { factsFound, notRunning } from './open-database';
import { situationWith } from './testing/situation';

const levels = (findings: readonly { level: string }[]) => findings.map(({ level }) => level);
const signal = new AbortController().signal;

describe('the environment', () => {
  it.each([
    [{}, 'nothing is missing'],
    [{ HOST: '0.0.0.0' }, 'SWITCHYARD_PUBLIC_URL is not set'],
    [{ HOST: '127.0.0.2' }, 'nothing is missing'],
    [{ SWITCHYARD_PUBLIC_URL: 'http://switchyard.test' }, 'without TLS'],
    [{ SWITCHYARD_PUBLIC_URL: 'https://switchyard.test' }, 'SWITCHYARD_TRUSTED_PROXIES is not set'],
    [
      { SWITCHYARD_PUBLIC_URL: 'https://switchyard.test', SWITCHYARD_TRUSTED_PROXIES: '10.0.0.0/8' },
      'nothing is missing',
    ],
  ])('of %j: %s', async (variables, said) => {
    const [only, ...more] = await environment.look(
      situationWith(variables as Record<string, string>),
      signal,
    );
    expect(only?.found).toContain(said);
    expect(more).toEqual([]);
  });

  it('is told in the words of the start that it would refuse', () => {
    const error = new EnvError([{ variable: 'PORT', message: 'must be a whole number' }]);
    expect(refusals(error)).toMatchObject([{ level: 'fail', found: 'PORT must be a whole number' }]);
  });
});

it('knows a key that somebody typed', () => {
  expect(isChosen(Buffer.from('correct horse battery staple 123'))).toBe(true);
  expect(isChosen(Buffer.alloc(32, 7))).toBe(true);
  expect(isChosen(randomBytes(32))).toBe(false);
});

describe('the database', () => {
  const facts = {
    ...{ version: '16.2', versionNumber: 160_002, standby: false, fsync: true },
    ...{ maxConnections: 100, reserved: 3 },
  };
  it('is judged by what it says of itself', () => {
    expect(levels(factsFound(facts, 'it'))).toEqual(['ok']);
    expect(levels(factsFound({ ...facts, fsync: false }, 'it'))).toEqual(['ok', 'warn']);
    expect(levels(factsFound({ ...facts, standby: true }, 'it'))).toEqual(['fail']);
    expect(factsFound({ ...facts, version: '13.9', versionNumber: 130_009 }, 'it')[0]).toMatchObject({
      level: 'fail',
      meaning: 'The server needs 14 or newer and does not start',
    });
  });

  it('may be embedded and not run', () => {
    const look = { dataDir: '/data', ownerUrl: null, problem: null };
    const level = (state: 'none' | 'stopped' | 'starting', problem: string | null = null) =>
      notRunning({ ...look, state, problem }).level;
    expect([level('none'), level('stopped'), level('starting')]).toEqual(['ok', 'warn', 'warn']);
    expect(level('stopped', 'It belongs to somebody else.')).toBe('fail');
  });

  it('takes as many connections as its nodes need, or not', () => {
    expect(connectionsFound(197, 1)).toMatchObject({ level: 'ok' });
    expect(connectionsFound(97, 3).found).toBe('3 nodes need up to 96 connections, the database takes 97');
    expect([connectionsFound(97, 3).level, connectionsFound(97, 4).level]).toEqual(['warn', 'fail']);
  });

  it('may have another time', () => {
    expect(levels([1999, -1999, 2001, -2001].map(clockFound))).toEqual(['ok', 'ok', 'warn', 'warn']);
    expect(clockFound(-90_000).found).toBe('the database’s clock is 90.0 s behind this host’s');
  });

  it('needs room', () => {
    expect(levels([50_000, 1000, 100].map((free) => diskFound('/data', free)))).toEqual([
      'ok',
      'warn',
      'fail',
    ]);
  });

  it('may have another schema', () => {
    const same = { migrations: 0, functions: [], empty: false, newer: false };
    expect(schemaFound(same).level).toBe('ok');
    expect(schemaFound({ ...same, newer: true }).level).toBe('warn');
    expect(schemaFound({ ...same, migrations: 1, functions: ['guards'] }).found).toBe(
      'not applied yet: 1 migration and the functions guards',
    );
  });

  it('has a role that may add and not change', () => {
    const right = { superuser: false, owner: false, cannotAdd: [], canChange: [] };
    const level = (rights: object, separate = true) =>
      roleFound('r', { ...right, ...rights }, separate).level;
    expect([level({}), roleFound('r', null, true).level]).toEqual(['ok', 'fail']);
    expect([level({ superuser: true }), level({ cannotAdd: ['audit'] })]).toEqual(['fail', 'fail']);
    expect([level({ owner: true }), level({ owner: true }, false)]).toEqual(['fail', 'warn']);
    expect(level({ canChange: ['audit'] })).toBe('fail');
  });
});

describe('the server', () => {
  const answer = (body: object, status = 200, headers = {}) => ({
    status,
    headers,
    body: JSON.stringify(body),
  });
  const alive = answer({ status: 'alive', version });
  const ready = answer({ checks: { database: 'ok' } });

  it('answers on this host, or does not', () => {
    expect(levels(serverFound('http://here', alive, ready))).toEqual(['ok', 'ok']);
    expect(levels(serverFound('http://here', { error: 'ECONNREFUSED' }, ready))).toEqual(['warn']);
    expect(levels(serverFound('http://here', answer({}), ready))).toEqual(['fail']);
    expect(levels(serverFound('http://here', answer({ status: 'alive', version: '0' }), ready))).toEqual([
      'warn',
      'ok',
    ]);
    const not = answer({ checks: { database: 'no answer' } }, 503);
    expect(serverFound('http://here', alive, not)[1]).toMatchObject({
      level: 'fail',
      found: 'http://here/readyz says it cannot serve: database no answer',
    });
  });

  it('answers at its public address as browsers need it', () => {
    const url = new URL('https://switchyard.test');
    const strict = { ...alive, headers: { 'strict-transport-security': 'max-age=1' } };
    expect(levels(publicFound(url, strict))).toEqual(['ok', 'ok']);
    expect(levels(publicFound(url, alive))).toEqual(['ok', 'warn']);
    expect(levels(publicFound(url, answer({}, 502)))).toEqual(['fail']);
    expect(levels(publicFound(url, { error: 'CERT_HAS_EXPIRED' }))).toEqual(['fail']);
    expect([socketsFound(url, null).level, socketsFound(url, 'websocket error').level]).toEqual([
      'ok',
      'warn',
    ]);
  });

  it('leads from http to https', () => {
    const url = new URL('https://switchyard.test');
    const moved = answer({}, 308, { location: 'https://switchyard.test/' });
    expect(levels([moved, alive, { error: 'ECONNREFUSED' }].flatMap((one) => plainFound(url, one)))).toEqual([
      ...['ok', 'warn', 'ok'],
    ]);
  });
});

describe('targets', () => {
  const looked = (count: number, reached: Looked['reached'], total = count): Looked[] =>
    Array.from({ length: count }, (_, index) => ({
      endpoint: { tenantId: `t${index}`, key: 'a', url: 'http://10.0.0.1:80', total },
      reached,
    }));

  it('are grouped by what hinders them, and five are named', () => {
    const found = targetsFound(
      [...looked(1, null, 900), ...looked(7, { why: 'refused', detail: 'long' })],
      true,
    );
    expect(levels(found)).toEqual(['ok', 'fail']);
    expect(found[0]?.found).toBe('1 of 8 instances can be reached, a sample of 900 on record');
    expect(found[1]?.found).toBe(
      '7 may not be called: t0/a (10.0.0.1), t1/a (10.0.0.1), t2/a (10.0.0.1), t3/a (10.0.0.1), t4/a (10.0.0.1) and 2 more',
    );
  });

  it('fail where none is reached, and some being down is a warning', () => {
    const down = looked(1, { why: 'closed', detail: 'ECONNREFUSED' });
    expect(levels(targetsFound(down, true))).toEqual(['fail', 'warn']);
    expect(levels(targetsFound([...looked(1, null), ...down], true))).toEqual(['ok', 'warn']);
  });

  it('may be none', () => {
    expect([...levels(targetsFound([], true)), ...levels(targetsFound([], false))]).toEqual(['ok', 'warn']);
  });
});

it('a certificate is told before it is over, and when it is', () => {
  const now = Date.parse('2026-11-30T00:00:00Z');
  const level = (date: string) => validityFound(new Date(`${date}T12:00:00Z`), now).level;
  expect(['2027-02-01', '2026-12-10', '2026-11-29'].map(level)).toEqual(['ok', 'warn', 'fail']);
});

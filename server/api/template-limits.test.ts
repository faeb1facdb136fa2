import { describe, expect, it } from 'vitest';
import { waves } from './inputs';

const asked = { query: { url: 'https://prometheus.example/q?t={{wave.tenants | url}}' }, atMost: 1 };
const expecting = (all: unknown) => ({ ...asked, query: { ...asked.query, expect: { all } } });
const nested = (levels: number): unknown =>
  levels === 0 ? { body: true, contains: 'x' } : { all: [nested(levels - 1), { body: true, contains: 'x' }] };
const plan = (gate: unknown, count = 20) =>
  Array.from({ length: count }, () => ({ size: { count: 1 }, gate }));
const refused = (given: unknown) =>
  waves.safeParse(given).error?.issues.map(({ path, message }) => [path.join('.'), message]);

describe('the gates of a plan', () => {
  it('may be twenty', () => {
    const baseline = { url: asked.query.url, headers: { authorization: 'Bearer {{secret.metrics}}' } };
    const gate = { ...asked, baseline, atMost: '{{data.baseline}}', otherwise: 'rollback' };
    expect(refused(plan(gate))).toBe(undefined);
  });

  it.each([
    ['names and values', expecting(Array.from({ length: 30 }, () => ({ body: true, contains: 'x' })))],
    ['levels', expecting([nested(60)])],
    ['patterns and paths', expecting([{ json: `$${'[?@.a==1]'.repeat(40)}`, exists: true }])],
    ['steps', expecting([{ json: "$[?match(@.a,'(ab{9}){9}')]", exists: true }])],
    ['steps', expecting([{ body: true, matches: '(?i)a{30}' }])],
    ['placeholders', { ...asked, query: { url: 'http://x/'.concat('{{tenant.id}}'.repeat(30)) } }],
    ['characters that are', { ...asked, query: { url: `http://x/{{tenant.${'a'.repeat(2000)}}}` } }],
    [
      'the tenants more than 4',
      { ...asked, query: { url: 'http://x/'.concat('{{wave.tenants}}'.repeat(5)) } },
    ],
    ['filters', { ...asked, query: { url: 'http://x/{{tenant.id | json | json | json | json}}' } }],
  ])('are refused before they are checked when they have too many %s', (what, gate) => {
    const told = refused(plan(gate));
    expect(told).toEqual([[expect.stringMatching(/^\d+\.gate$/), expect.stringContaining(what)]]);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('have no setting %s', (name) => {
    const gate = JSON.parse(`{"${name}":{"otherwise":"rollback"},${JSON.stringify(asked).slice(1)}`);
    expect(refused(plan(gate, 1))).toMatchObject([['0.gate', expect.stringContaining('is not known here')]]);
  });
});

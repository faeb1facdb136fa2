import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignWaves, type WaveDefinition, waveName } from './wave';

const count = (of: number): WaveDefinition => ({ size: { count: of }, bakeSeconds: 0 });
const percent = (of: number): WaveDefinition => ({ size: { percent: of }, bakeSeconds: 0 });
const label = (of: Record<string, string>): WaveDefinition => ({ size: { label: of }, bakeSeconds: 0 });
const plain = (tenants: number) => Array.from({ length: tenants }, () => ({ labels: {} }));

describe('the wave of each tenant', () => {
  it.each([
    ['no waves', [], 3, [0, 0, 0]],
    ['a canary of one', [count(1)], 3, [0, 1, 1]],
    ['one after the other', [count(1), count(2)], 5, [0, 1, 1, 2, 2]],
    ['more room than tenants', [count(9)], 2, [0, 0]],
    ['a share, rounded up', [percent(25)], 5, [0, 0, 1, 1, 1]],
    ['a share of all tenants, not of those left', [percent(50), percent(50)], 4, [0, 0, 1, 1]],
    ['a wave that nobody is left for', [count(2), count(1), count(1)], 2, [0, 0]],
    ['no tenants', [count(1)], 0, []],
  ] as const)('%s', (_name, waves, tenants, expected) => {
    expect(assignWaves(waves, plain(tenants))).toEqual(expected);
  });

  it('takes those with every label, wherever they stand, and the first wave that fits', () => {
    const tenants: { labels: Record<string, string> }[] = [
      { labels: { ring: 'rest' } },
      { labels: { ring: 'canary', region: 'eu' } },
      { labels: { ring: 'canary', region: 'us' } },
    ];
    expect(
      assignWaves([label({ ring: 'canary', region: 'us' }), label({ ring: 'canary' })], tenants),
    ).toEqual([2, 1, 0]);
  });

  it('takes the first ones of each value of a label', () => {
    const regions = ['eu', 'eu', 'us', null, 'us', 'ap', 'eu'];
    const tenants = regions.map(
      (region) => ({ labels: region === null ? {} : { region } }) as { labels: Record<string, string> },
    );
    const each: WaveDefinition = { size: { eachOf: 'region' }, bakeSeconds: 0 };
    expect(assignWaves([each], tenants)).toEqual([0, 1, 0, 1, 1, 0, 1]);
    const two: WaveDefinition = { size: { eachOf: 'region', first: 2 }, bakeSeconds: 0 };
    expect(assignWaves([each, two], tenants)).toEqual([0, 1, 0, 2, 1, 0, 1]);
    expect(waveName([each, two], 0)).toBe('1 of each region');
    expect(waveName([each, two], 1)).toBe('2 of each region');
  });

  it.each([
    [7, 100, 7],
    [14, 50, 7],
    [29, 100, 29],
    [0.1, 1000, 1],
    [1, 10, 1],
  ])('%i % of %i is %i, whatever a float makes of it', (share, tenants, expected) => {
    expect(assignWaves([percent(share)], plain(tenants)).filter((wave) => wave === 0)).toHaveLength(expected);
  });

  it('leaves nobody out and never fills a wave beyond its size', () => {
    const sizes = fc.array(fc.oneof(fc.nat(9).map(count), fc.nat(100).map(percent)), { maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.nat(40), (waves, tenants) => {
        const assigned = assignWaves(waves, plain(tenants));
        expect(assigned).toHaveLength(tenants);
        expect(assigned).toEqual([...assigned].sort((a, b) => a - b));
        for (const [index, { size }] of waves.entries()) {
          const most = 'count' in size ? size.count : 'percent' in size ? (size.percent * tenants) / 100 : 0;
          expect(assigned.filter((wave) => wave === index).length).toBeLessThan(most + 1);
        }
      }),
    );
  });
});

describe('a wave is called', () => {
  it.each([
    [[], 0, 'All tenants'],
    [[count(1)], 0, '1 tenant'],
    [[count(5)], 0, '5 tenants'],
    [[percent(20)], 0, '20 %'],
    [[label({ ring: 'canary', region: 'eu' })], 0, 'ring=canary, region=eu'],
    [[{ ...count(1), name: 'Canary' }], 0, 'Canary'],
    [[count(1)], 1, 'The rest'],
  ] as [WaveDefinition[], number, string][])('%o, %i: %s', (waves, wave, expected) => {
    expect(waveName(waves, wave)).toBe(expected);
  });
});

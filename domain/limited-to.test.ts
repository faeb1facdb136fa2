import { describe, expect, it } from 'vitest';
import { coversAll, inWords, isWithin, type LimitedTo } from './limited-to';

const EU_GOLD: LimitedTo = [{ region: 'eu', tier: 'gold' }, { region: 'us' }];

describe('limits', () => {
  it.each([
    [{ region: 'eu', tier: 'gold', team: 'a' }, true],
    [{ region: 'us', tier: 'silver' }, true],
    [{ region: 'eu', tier: 'silver' }, false],
    [{ region: 'eu' }, false],
    [{}, false],
  ])('of a tenant with %j: %s', (labels, within) => expect(isWithin(EU_GOLD, labels)).toBe(within));

  it('are no limits where there are none', () => {
    for (const none of [null, undefined])
      expect([isWithin(none, {}), coversAll(none, {})]).toEqual([true, true]);
    expect(isWithin([], { region: 'eu' })).toBe(false);
  });

  it('hold a name that every object has to what a tenant has', () => {
    expect(isWithin([{ constructor: 'x' } as Record<string, string>], {})).toBe(false);
  });

  it('cover what is chosen by as many labels or more', () => {
    expect(coversAll(EU_GOLD, { region: 'us', tier: 'gold' })).toBe(true);
    expect(coversAll(EU_GOLD, { tier: 'gold' })).toBe(false);
    expect(coversAll(EU_GOLD, {})).toBe(false);
  });

  it('are told in words', () => expect(inWords(EU_GOLD)).toBe('region=eu, tier=gold or region=us'));
});

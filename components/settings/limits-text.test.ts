import { describe, expect, it } from 'vitest';
import type { LimitedTo } from '@/domain/limited-to';
import { limitsOf, limitsText } from './limits-text';

describe('the tenants that rights are about, as typed', () => {
  it.each([
    ['', null],
    [' \n ', null],
    ['region=eu', [{ region: 'eu' }]],
    [' region = eu , tier=gold \n\nregion=us', [{ region: 'eu', tier: 'gold' }, { region: 'us' }]],
    ['url=a=b', [{ url: 'a=b' }]],
  ])('%j', (text, limits) => expect(limitsOf(text)).toEqual(limits));

  it.each(['region', 'region=', '=eu', 'region=eu,', 'region=eu tier\nx'])('%j is refused', (text) =>
    expect(limitsOf(text)).toBe('wrong'),
  );

  it('is shown as it is read', () => {
    const limits: LimitedTo = [{ region: 'eu', tier: 'gold' }, { region: 'us' }];
    expect(limitsOf(limitsText(limits))).toEqual(limits);
    expect(limitsText(null)).toBe('');
  });
});

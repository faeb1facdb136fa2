import { describe, expect, it } from 'vitest';
import { ALL_MATCHING, chosenCount, extentOf, isChosen, NONE_CHOSEN, toggled } from './chosen';

describe('what is chosen', () => {
  it('is some, by id', () => {
    const one = toggled(NONE_CHOSEN, 'acme');
    expect(isChosen(one, 'acme')).toBe(true);
    expect(isChosen(one, 'other')).toBe(false);
    expect([chosenCount(one, 312), extentOf(one, 312)]).toEqual([1, 'some']);
    expect(extentOf(toggled(one, 'acme'), 312)).toBe('none');
  });

  it('is all that match, whether they are here or not, save some', () => {
    expect([chosenCount(ALL_MATCHING, 312), extentOf(ALL_MATCHING, 312)]).toEqual([312, 'all']);
    const but = toggled(ALL_MATCHING, 'acme');
    expect(isChosen(but, 'acme')).toBe(false);
    expect(isChosen(but, 'other')).toBe(true);
    expect([chosenCount(but, 312), extentOf(but, 312)]).toEqual([311, 'some']);
    expect(extentOf(toggled(but, 'acme'), 312)).toBe('all');
  });

  it('is nothing where nothing matches', () => {
    expect(extentOf(ALL_MATCHING, 0)).toBe('none');
  });
});

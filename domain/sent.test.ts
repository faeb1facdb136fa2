import { describe, expect, it } from 'vitest';
import { announced, mayRunTarget, NOTHING_SENT, reached, reachOf } from './sent';

const CONFIG = 'config-update';

describe('what was sent', () => {
  it.each(['wait', 'approval', 'health-check'])('is nothing by a %s', (type) => {
    expect(announced(NOTHING_SENT, type)).toEqual(NOTHING_SENT);
  });

  it('may be anywhere from the announcement on, and is known once the step is over', () => {
    const open = announced(NOTHING_SENT, CONFIG);
    expect([open.calls, mayRunTarget(open), reachOf(open, 'a-1')]).toEqual([true, true, 'taken']);
    const over = reached(NOTHING_SENT, CONFIG, { 'a-1': 'taken', 'a-2': 'refused' }, 'forward');
    expect(['a-1', 'a-2', 'a-3'].map((key) => reachOf(over, key))).toEqual(['taken', 'refused', null]);
  });

  it('is nothing where no byte left, whatever kind of step it was', () => {
    for (const type of [CONFIG, 'broadcast', 'http-request', 'a kind of your own'])
      expect(reached(NOTHING_SENT, type, {}, 'forward')).toEqual(NOTHING_SENT);
  });

  it('stays taken when a later try is refused', () => {
    const first = reached(NOTHING_SENT, CONFIG, { 'a-1': 'taken' }, 'forward');
    expect(reachOf(reached(first, CONFIG, { 'a-1': 'refused' }, 'forward'), 'a-1')).toBe('taken');
  });

  it('comes back where the earlier one was taken, and only there', () => {
    const sent = reached(NOTHING_SENT, CONFIG, { 'a-1': 'taken', 'a-2': 'taken' }, 'forward');
    const back = reached(sent, CONFIG, { 'a-1': 'taken', 'a-2': 'refused' }, 'rollback');
    expect(['a-1', 'a-2'].map((key) => reachOf(back, key))).toEqual(['back', 'taken']);
  });
});

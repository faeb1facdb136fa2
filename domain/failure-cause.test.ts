import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeOf, inCommon } from './failure-cause';

describe('the cause of a failure', () => {
  it.each([
    [
      'instances',
      ['edge-2 answered 503, expected 200.', 'edge-3'],
      ['edge-31 answered 503, expected 200.', 'edge-31'],
    ],
    [
      'names without a number',
      ['blue refused the connection.', 'blue'],
      ['green refused the connection.', 'green'],
    ],
    ['times', ['a gave no answer within 2000 ms.', 'a'], ['b gave no answer within 1999.5 ms.', 'b']],
    ['addresses', ['connect ECONNREFUSED 10.0.0.1:5001', ''], ['connect ECONNREFUSED 10.0.0.2:5002', '']],
    ['ports', ['connect to node.example:80 refused', ''], ['connect to other.example:8080 refused', '']],
    ['IPv6', ['no way to [fd00::1]:443', ''], ['no way to [fe80::2%eth0]:8443', '']],
    ['URLs', ['redirected to https://a.example/x?id=1.', ''], ['redirected to http://b.example:81/y.', '']],
    [
      'ids',
      ['order 6f1c2ab0-1111-4222-8333-444455556666 is locked', ''],
      ['order 00000000-1111-4222-8333-444455556666 is locked', ''],
    ],
    ['digests', ['serves deadbeef01', ''], ['serves 0123456789abcdef', '']],
    ['moments', ['locked since 2026-11-29T10:00:00Z', ''], ['locked since 2026-11-30 11:12:13.5+08:00', '']],
    ['counts', ['2 of 3 instances do not report it', ''], ['1 of 12 instances do not report it', '']],
    ['several instances', ['n1 runs v1; n2 runs v1.', 'n1'], ['n7 runs v1.', 'n7']],
    ['Chinese names', ['租户甲 gave no answer', '租户甲'], ['租户乙 gave no answer', '租户乙']],
  ])('is the same whatever %s it tells', (_, [one, oneName], [other, otherName]) => {
    expect(causeOf(one as string, [oneName as string])).toBe(causeOf(other as string, [otherName as string]));
  });

  it.each([
    ['a answered 503, expected 200.', 'a answered 500, expected 200.'],
    ['a refused the connection.', 'a gave no answer within 2000 ms.'],
    ['a answered 200, but the body says "busy".', 'a answered 200, but the body says "locked".'],
  ])('is another one where something else went wrong: %s / %s', (one, other) => {
    expect(causeOf(one, ['a'])).not.toBe(causeOf(other, ['a']));
  });

  it('reads as a sentence', () => {
    expect(causeOf('edge-2 answered 503 ("retry in 12 s"), expected 200 or 204.', ['edge-2'])).toBe(
      '… answered 503 ("retry in … s"), expected 200 or 204.',
    );
  });

  it('leaves a short name within a word alone', () => {
    expect(causeOf('a answered badly', ['a'])).toBe('… answered badly');
  });

  it('never grows, and comes to an end with any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.array(fc.string({ maxLength: 5 })),
        (text, names) => {
          const cause = causeOf(text, names);
          expect(cause.length).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});

describe('what messages have in common', () => {
  it('is said, and where they differ it is left open', () => {
    const one = 'After 3 rounds 1 of 1 instances do not confirm v2: a-1 runs v1.';
    expect(inCommon(one, one.replace('a-1', 'b-7'))).toBe(
      'After 3 rounds 1 of 1 instances do not confirm v2: … runs v1.',
    );
    expect(inCommon('… answered 503.', 'b answered 503.')).toBe('… answered 503.');
    expect(inCommon('took 12 s, then failed', 'took 9 s, then failed')).toBe('took … s, then failed');
    expect(inCommon('runs v1; a', 'runs v3; a')).toBe('runs …; a');
  });

  it('cannot be told of messages of different length', () => {
    expect(inCommon('a b', 'a b c')).toBeNull();
  });
});

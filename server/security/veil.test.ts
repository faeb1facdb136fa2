import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPREAD, tells, WRITTEN } from './testing/written-forms';
import { MASK, Veil } from './veil';

const SECRET = 'p"ss w/rd=&é+<7>\\x';
const veil = new Veil([SECRET]);

const lines = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEF',
  'AASCBKcwggSjAgEAAoIBAQDHx8fH',
  '-----END PRIVATE KEY-----',
];

describe('a secret', () => {
  it.each(Object.keys(WRITTEN))('is hidden %s', (how) => {
    const written = WRITTEN[how]?.(SECRET) ?? '';
    for (const text of [written, `before ${written} after`, `"${written}"`, `${written}${written}`]) {
      const hidden = veil.hide(text);
      expect(tells(hidden, SECRET), hidden).toBe(false);
      expect(hidden).toContain(MASK);
    }
    expect(veil.hide(`before ${written} after`)).toMatch(/^before .* after$/s);
  });

  it.each(Object.keys(SPREAD))('is hidden %s', (how) => {
    const spread = new Veil(['Grüße-from_T0ken/4711']);
    const written = SPREAD[how]?.('Grüße-from_T0ken/4711') ?? '';
    const hidden = spread.hide(`before <${written}> after`);
    expect(hidden).toMatch(/^before <.*••••••.*> after$/s);
    expect(hidden.length).toBeLessThan(60);
  });

  it('is not seen in words that only begin like it', () => {
    const told = 'The pass word is past; the token of 4711 is gone.';
    expect(new Veil(['pass-worn', 'token-4712']).hide(told)).toBe(told);
  });

  it('is hidden in every way, whatever it is', () => {
    const secret = fc
      .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
      .filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(secret, fc.constantFrom(...Object.keys(WRITTEN)), (value, how) => {
        const written = WRITTEN[how]?.(value) ?? '';
        const hidden = new Veil([value]).hide(`<${written}>`);
        expect(hidden, how).toContain(MASK);
        if (how === 'as it is') expect(hidden).toBe(`<${MASK}>`);
      }),
      { numRuns: 1000 },
    );
  });

  it('of several lines is hidden line by line, but not what all such texts have', () => {
    const pem = new Veil([lines.join('\n')]);
    const told = pem.hide(`unexpected line 2: ${lines[1]}, after ${lines[0]}`);
    expect(told).toBe(`unexpected line 2: ${MASK}, after ${lines[0]}`);
    expect(pem.hide(lines.join('\r\n'))).not.toMatch(/MII|AASC/);
    expect(pem.hide(JSON.stringify({ key: lines.join('\n') }))).not.toMatch(/MII|AASC/);
  });

  it('that is JSON is hidden text by text', () => {
    const account = new Veil([JSON.stringify({ type: 'user', keys: [{ private: 'abcdefgh-1' }] })]);
    expect(account.hide('the key abcdefgh-1 of a user is refused')).toBe(
      `the key ${MASK} of a user is refused`,
    );
  });

  it('that is an address is hidden with its user and password alone', () => {
    const address = new Veil(['redis://default:p%40ss@w0rd!@db.example:6379/0']);
    expect(address.hide('WRONGPASS p@ss@w0rd! for default')).toBe(`WRONGPASS ${MASK} for default`);
    expect(address.hide('default:p%40ss@w0rd!@')).toBe(`${MASK}@`);
    expect(address.hide('cannot reach db.example')).toBe('cannot reach db.example');
  });

  it('that contains another is hidden whole', () => {
    expect(new Veil(['abcd', 'abcdef']).hide('token=abcdef, abcd')).toBe(`token=${MASK}, ${MASK}`);
    expect(new Veil(['abcdefgh', 'efghijkl']).hide('abcdefghijkl')).toBe(MASK);
  });

  it('that came later is hidden from then on', () => {
    const growing = new Veil();
    expect(growing.hide('Bearer token-1')).toBe('Bearer token-1');
    growing.add('token-1');
    expect(growing.hide('Bearer token-1')).toBe(`Bearer ${MASK}`);
    expect(growing.covers('x token-1 y')).toBe(true);
    expect(growing.covers('x token y')).toBe(false);
  });

  it('of a few characters does not garble every message', () => {
    expect(new Veil(['a', 'ab1', '']).hide('a message about ab1')).toBe('a message about ab1');
  });
});

describe('a text without secrets', () => {
  it('is left as it is, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!veil.covers(text));
        expect(veil.hide(text)).toBe(text);
      }),
    );
    const odd = '%zz \\q &unknown; %E9 &#99999999; \\u12 100% \\';
    expect(veil.hide(odd)).toBe(odd);
  });
});

describe('the beginning of a text', () => {
  it('is shown as far as asked, and never ends within a secret', () => {
    const long = new Veil(['0123456789abcdef']);
    for (let before = 0; before < 200; before += 1) {
      const text = `${'x'.repeat(before)}0123456789abcdef${'y'.repeat(5000)}`;
      const shown = long.hideStart(text, 100);
      expect(shown).not.toMatch(/\d/);
      expect(shown.length).toBeLessThanOrEqual(101);
      expect(shown.startsWith('x'.repeat(Math.min(before, 100)))).toBe(true);
    }
    expect(long.hideStart('short 0123456789abcdef', 100)).toBe(`short ${MASK}`);
    expect(new Veil().hideStart('x'.repeat(200), 100)).toBe(`${'x'.repeat(100)}…`);
  });
});

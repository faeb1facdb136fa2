import { describe, expect, it } from 'vitest';
import { whyNotReadable } from './readable';

const unseen = (code: string) => `has a character that nobody sees (${code}): take it out`;

describe('what others read', () => {
  it.each([
    'Plan 7',
    '',
    'Müller & Söhne – „Süd“',
    '切换边缘路由器',
    'עברית',
    'می‌خواهم',
    '👩‍🚀 crew',
    'क्षत्रिय',
    'é̂',
  ])('is let through as it is: %s', (text) => expect(whyNotReadable(text)).toBeNull());

  it.each([
    ['turns the direction of writing', 'paid \u202egnp.exe', unseen('U+202E')],
    ['closes it in', '\u2066v2', unseen('U+2066')],
    ['has no width', '\u200b', unseen('U+200B')],
    ['is a letter without a shape', '\u3164', unseen('U+3164')],
    ['is a pattern of no dots', '\u2800', unseen('U+2800')],
    ['ends the line', 'Plan\nPLN-9 failed', unseen('U+000A')],
    ['is of nobody but its maker', 'x\ue000', unseen('U+E000')],
  ])('has no character that %s', (_what, text, why) => expect(whyNotReadable(text)).toBe(why));

  it('does not pile marks up over its neighbours', () =>
    expect(whyNotReadable(`Z${'\u0300'.repeat(20)}`)).toBe('has too many marks on one letter'));

  it('is more than what joins', () =>
    expect(whyNotReadable('\u200d\u200d')).toBe('has nothing that can be seen'));

  it('may have lines where it is a text', () => {
    expect(whyNotReadable('one\r\n\ttwo', { lines: true })).toBeNull();
    expect(whyNotReadable('one\n\u202etwo', { lines: true })).toBe(unseen('U+202E'));
  });
});

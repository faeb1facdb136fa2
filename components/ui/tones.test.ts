import { describe, expect, it } from 'vitest';
import { GROUND, TONE_COLORS, TONES } from './tones';

/** Contrast of two colours as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r = 0, g = 0, bl = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  const ground = GROUND[scheme];

  it.each(TONES)('%s words and shapes can be read on every ground', (tone) => {
    const { text, mark, soft } = TONE_COLORS[scheme][tone];
    for (const behind of [ground.page, ground.surface, ground.sunken, soft]) {
      expect(contrast(text, behind)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(mark, behind)).toBeGreaterThanOrEqual(3);
    }
  });

  it('ordinary and dimmed text can be read, edges of fields and focus can be seen', () => {
    for (const behind of [ground.page, ground.surface, ground.sunken]) {
      expect(contrast(ground.text, behind)).toBeGreaterThanOrEqual(7);
      expect(contrast(ground.dimmed, behind)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(ground.focus, behind)).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(ground.borderStrong, ground.surface)).toBeGreaterThanOrEqual(3);
    expect(contrast('#ffffff', ground.danger)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#ffffff', ground.dangerHover)).toBeGreaterThanOrEqual(4.5);
  });
});

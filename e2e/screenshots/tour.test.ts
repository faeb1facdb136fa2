import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TOUR, TOUR_FOLDER, tourPage } from './tour';

it('docs/tour.md is the tour, and has its pictures', () => {
  expect(readFileSync('docs/tour.md', 'utf8')).toBe(tourPage());
  for (const { screen } of TOUR) expect(existsSync(`${TOUR_FOLDER}/${screen}.png`), screen).toBe(true);
});

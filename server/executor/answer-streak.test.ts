import { expect, it } from 'vitest';
import { AnswerStreak } from './answer-streak';

let now = 0;
const streakOf = (...answers: number[]) => {
  now = 0;
  const streak = new AnswerStreak(() => now);
  for (const at of answers) {
    now = at;
    streak.answered();
  }
  return streak;
};
const at = (millis: number, { isSteady, isSilent }: { isSteady: boolean; isSilent: boolean }) =>
  `${millis} ${isSteady ? 'steady' : 'unsure'}${isSilent ? ' silent' : ''}`;

it('is sure of the others only after answers without a gap', () => {
  expect(streakOf().isSteady).toBe(false);
  expect(streakOf(1000, 2000).isSteady).toBe(false);
  expect(streakOf(1000, 2000, 3000).isSteady).toBe(true);
  // An outage: everybody was away as long, and comes back in their own time.
  expect(streakOf(1000, 2000, 3000, 20_000).isSteady).toBe(false);
  expect(streakOf(1000, 2000, 3000, 20_000, 21_000, 22_900).isSteady).toBe(false);
  expect(streakOf(1000, 2000, 3000, 20_000, 21_000, 23_000).isSteady).toBe(true);
});

it('judges nobody while no answer comes, and sends nothing after 5 s', () => {
  const streak = streakOf(1000, 2000, 3000);
  const seen = [6000, 6001, 8000, 8001].map((millis) => {
    now = millis;
    return at(millis, streak);
  });
  expect(seen).toEqual(['6000 steady', '6001 unsure', '8000 unsure', '8001 unsure silent']);
});

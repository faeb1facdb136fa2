import { expect, it } from 'vitest';
import { DatabaseClock } from './database-clock';

const TEN = Date.parse('2026-01-01T10:00:00Z');
const HOUR = 3_600_000;

function clockAt(start: number) {
  let counted = 1;
  const clock = new DatabaseClock(() => counted);
  clock.sync(new Date(start));
  return {
    clock,
    pass: (millis: number) => {
      counted += millis;
    },
    says: () => clock.now().getTime() - TEN,
  };
}

it('counts on from the last answer, and an answer that comes late turns nothing back', () => {
  const { clock, pass, says } = clockAt(TEN);
  pass(5000);
  clock.sync(new Date(TEN + 4000));
  expect(says()).toBe(5000);
  clock.sync(new Date(TEN + 5200));
  expect(says()).toBe(5200);
});

it('follows a database whose clock is set, forward and back', () => {
  const { clock, pass, says } = clockAt(TEN);
  pass(1000);
  clock.sync(new Date(TEN + HOUR));
  expect(says()).toBe(HOUR);
  pass(1000);
  clock.sync(new Date(TEN + 2000));
  expect(says()).toBe(2000);
  pass(500);
  expect(says()).toBe(2500);
});

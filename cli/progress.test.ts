import { expect, it } from 'vitest';
import { Bar, progressLine } from './progress';

it('a bar tells how much is done, what is wrong, and no more than fits', () => {
  const plan = {
    status: 'RUNNING',
    percent: 50.4,
    total: 24,
    byStatus: { COMPLETED: 12, FAILED: 1, RUNNING: 4, PENDING: 7 },
  } as const;
  expect(progressLine(plan, 200)).toBe(
    '[############------------]  50%  12 of 24 switched  1 failed  4 running  7 waiting',
  );
  expect(progressLine(plan, 20)).toHaveLength(19);
  expect(progressLine({ ...plan, status: 'PAUSED', percent: 0, byStatus: {} }, 200)).toBe(
    `[${'-'.repeat(24)}]  0%  0 of 24 switched  PAUSED`,
  );
});

it('lines are printed above the bar, which is not drawn for nothing', () => {
  const written: string[] = [];
  const bar = new Bar(
    (text) => written.push(text),
    () => 80,
  );
  bar.print('first');
  bar.draw('10%');
  bar.draw('10%');
  bar.print('second');
  bar.draw(null);
  bar.draw(null);
  bar.print('third');
  const clear = '\r\u001b[K';
  expect(written).toEqual(['first\n', `${clear}10%`, `${clear}second\n10%`, clear, 'third\n']);
});

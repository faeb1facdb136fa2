import { expect, it } from 'vitest';
import { PLAN_STATUSES } from '@/domain/plan';
import { badgeSvg } from './badge';

it.each(PLAN_STATUSES)('says how a plan stands that is %s', (status) => {
  const svg = badgeSvg({ planId: 'PLN-317', status, percent: 43 });
  expect(svg).toMatch(/aria-label="PLN-317: 43% [a-z ]+"/);
  expect(svg).not.toMatch(/undefined|NaN/);
});

it('says of a link that opens nothing only that', () => {
  expect(badgeSvg(null)).toContain('Switchyard: unknown');
});

import { expect, it } from 'vitest';
import { moment, momentText } from './moment-input';

const ON_TIME = new Date('2026-12-24T06:00:00Z');

it.each<[unknown, Date]>([
  [ON_TIME, ON_TIME],
  ['2026-12-24T06:00:00Z', ON_TIME],
  ['2026-12-24T06:00:00.000Z', ON_TIME],
  ['2026-12-24T14:00:00+08:00', ON_TIME],
  ['2026-12-24T06:00Z', ON_TIME],
  ['2026-12-24', new Date('2026-12-24T00:00:00Z')],
])('%#: takes %s', (given, at) => expect(moment.parse(given)).toEqual(at));

it.each([
  '2026-12-24T06:00:00',
  '2026-12-24 06:00',
  '12/24/2026',
  '2026-02-30T10:00:00Z',
  '2026-02-30',
  '12',
  'noon',
  '',
  5,
  true,
  null,
  ['2026-12-24'],
  {},
  new Date(Number.NaN),
])('%#: refuses %j, which the server would have to guess', (given) => {
  const { error } = moment.safeParse(given);
  expect(error?.issues.map(({ message }) => message)).toEqual([
    'must be a date and time that says its zone, like 2026-12-24T06:00:00Z',
  ]);
});

it('keeps a text as it was given, in any zone', () => {
  expect(momentText.parse('2026-12-24T14:00:00+08:00')).toBe('2026-12-24T14:00:00+08:00');
  expect(momentText.safeParse('yesterday').error?.issues).toMatchObject([
    { message: expect.stringMatching('says its zone') },
  ]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActiveFreeze, activeFreezes, type FreezeWindow, frozenBy, heldUntil } from './freeze';

const until = (window: FreezeWindow, now: string) => heldUntil(window, new Date(now))?.toISOString() ?? null;
const weekly = (
  days: number[],
  from: string,
  to: string,
  timeZone = 'Europe/Berlin',
): Extract<FreezeWindow, { kind: 'weekly' }> => ({ kind: 'weekly', days, from, to, timeZone });
const z = (at: string) => `${at}:00.000Z`;

describe('a freeze that holds once', () => {
  const window: FreezeWindow = { kind: 'once', from: '2026-12-24T00:00:00Z', to: '2026-12-27T00:00:00Z' };
  it.each([
    ['2026-12-23T23:59:59.999Z', null],
    ['2026-12-24T00:00:00Z', '2026-12-27T00:00:00.000Z'],
    ['2026-12-26T23:59:59.999Z', '2026-12-27T00:00:00.000Z'],
    ['2026-12-27T00:00:00Z', null],
  ])('at %s: %s', (now, expected) => {
    expect(until(window, now)).toBe(expected);
  });
});

describe('a freeze of every week', () => {
  // 5 January 2026 is a Monday; Berlin is an hour ahead of UTC in winter.
  const office = weekly([1, 2, 3, 4, 5], '09:00', '17:00');
  it.each([
    ['its first moment belongs to it', office, '2026-01-05T08:00', '2026-01-05T16:00'],
    ['the moment before does not', office, '2026-01-05T07:59', null],
    ['its end does not', office, '2026-01-05T16:00', null],
    ['not on a day it does not name', office, '2026-01-10T10:00', null],
    [
      'by the clocks of its zone',
      weekly([1], '09:00', '17:00', 'America/New_York'),
      '2026-01-05T14:00',
      '2026-01-05T22:00',
    ],
    [
      'by the weekday of its zone',
      weekly([2], '00:00', '01:00', 'Asia/Tokyo'),
      '2026-01-05T15:30',
      '2026-01-05T16:00',
    ],
    ['in UTC', weekly([1], '09:00', '17:00', 'UTC'), '2026-01-05T08:59', null],
    ['past midnight, before it', weekly([5], '22:00', '06:00'), '2026-01-09T22:00', '2026-01-10T05:00'],
    ['past midnight, after it', weekly([5], '22:00', '06:00'), '2026-01-10T04:59', '2026-01-10T05:00'],
    ['past midnight, over', weekly([5], '22:00', '06:00'), '2026-01-10T05:00', null],
    [
      'past midnight, not of a day it does not begin on',
      weekly([6], '22:00', '06:00'),
      '2026-01-10T04:00',
      null,
    ],
    ['from Sunday into Monday', weekly([7], '22:00', '06:00'), '2026-01-12T03:00', '2026-01-12T05:00'],
    ['a whole day', weekly([6], '00:00', '00:00'), '2026-01-10T12:00', '2026-01-10T23:00'],
    ['a weekend, which is one', weekly([6, 7], '00:00', '00:00'), '2026-01-10T12:00', '2026-01-11T23:00'],
    ['several days apart', weekly([1, 3], '09:00', '10:00'), '2026-01-06T08:30', null],
    ['no day at all', weekly([], '00:00', '00:00'), '2026-01-10T12:00', null],
  ] as [string, FreezeWindow, string, string | null][])('%s', (_name, window, now, expected) => {
    expect(until(window, z(now))).toBe(expected && z(expected));
  });

  it('that never ends is told more than a week ahead', () => {
    const always = weekly([1, 2, 3, 4, 5, 6, 7], '00:00', '00:00', 'UTC');
    expect(until(always, z('2026-01-05T12:00'))).toBe(z('2026-01-13T00:00'));
  });
});

const monthly = (weeks: number[], days: number[], from = '00:00', to = '00:00'): FreezeWindow => ({
  ...{ kind: 'monthly', weeks, days, from, to, timeZone: 'Europe/Berlin' },
});

describe('a freeze of some weeks of each month', () => {
  // 1 August 2026 is a Saturday; Berlin is two hours ahead of UTC in summer.
  it.each([
    ['the third Saturday', monthly([3], [6]), '2026-08-15T10:00', '2026-08-15T22:00'],
    ['not the second', monthly([3], [6]), '2026-08-08T10:00', null],
    ['not the Sunday after it', monthly([3], [6]), '2026-08-16T10:00', null],
    ['the last Saturday, which is the fifth', monthly([-1], [6]), '2026-08-29T10:00', '2026-08-29T22:00'],
    ['not the fourth then', monthly([-1], [6]), '2026-08-22T10:00', null],
    ['the last Monday, which is the fifth', monthly([-1, 1], [1]), '2026-08-31T10:00', '2026-08-31T22:00'],
    ['the first Monday beside it', monthly([-1, 1], [1]), '2026-08-03T10:00', '2026-08-03T22:00'],
    ['past midnight, after it', monthly([3], [6], '22:00', '06:00'), '2026-08-16T03:59', '2026-08-16T04:00'],
    [
      'past the end of the month',
      monthly([-1], [1], '22:00', '06:00'),
      '2026-09-01T03:00',
      '2026-09-01T04:00',
    ],
    ['in February of four weeks', monthly([4], [7]), '2026-02-22T12:00', '2026-02-22T23:00'],
  ] as [string, FreezeWindow, string, string | null][])('%s', (_name, window, now, expected) => {
    expect(until(window, z(now))).toBe(expected && z(expected));
  });
});

describe('a freeze outside of hours', () => {
  const nights = { ...weekly([1, 2, 3, 4], '22:00', '04:00'), outside: true };
  it.each([
    ['until they begin', nights, '2026-01-05T12:00', '2026-01-05T21:00'],
    ['not within them', nights, '2026-01-05T21:00', null],
    ['not past midnight', nights, '2026-01-06T02:59', null],
    ['from their end on', nights, '2026-01-06T03:00', '2026-01-06T21:00'],
    ['over days without any', nights, '2026-01-09T12:00', '2026-01-12T21:00'],
    ['over months', { ...monthly([5], [6]), outside: true }, '2026-01-31T23:00', '2026-05-29T22:00'],
    [
      'for good where there are no hours',
      { ...weekly([], '22:00', '04:00'), outside: true },
      '2026-01-05T12:00',
      '2027-01-06T12:00',
    ],
    [
      'also in the hour that is skipped',
      { ...weekly([7], '02:00', '02:30'), outside: true },
      '2026-03-29T00:45',
      '2026-04-05T00:00',
    ],
  ] as [string, FreezeWindow, string, string | null][])('%s', (_name, window, now, expected) => {
    expect(until(window, z(now))).toBe(expected && z(expected));
  });

  it('holds whenever the hours do not, and never with them', () => {
    fc.assert(
      fc.property(
        fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 0, max: 8759 }),
        (days, start, length, hour) => {
          const clock = (value: number) => `${String(value % 24).padStart(2, '0')}:00`;
          const window = weekly(days, clock(start), clock(start + length), 'UTC');
          const now = new Date(Date.UTC(2026, 0, 1, hour));
          const [within, beyond] = [heldUntil(window, now), heldUntil({ ...window, outside: true }, now)];
          expect([within, beyond].filter((one) => one !== null)).toHaveLength(1);
          if (beyond) expect(heldUntil(window, beyond)).not.toBeNull();
        },
      ),
    );
  });
});

describe('when the clocks change', () => {
  const night = (timeZone: string) => weekly([7], '01:00', '04:00', timeZone);
  it.each([
    // 29 March and 25 October 2026 in Berlin, 8 March and 1 November 2026 in New York; all Sundays.
    ['Berlin in spring: two hours long', night('Europe/Berlin'), '2026-03-29T00:00', '2026-03-29T02:00'],
    ['Berlin in spring: over', night('Europe/Berlin'), '2026-03-29T02:00', null],
    ['Berlin in autumn: four hours long', night('Europe/Berlin'), '2026-10-24T23:00', '2026-10-25T03:00'],
    [
      'Berlin in autumn: the hour that comes twice',
      night('Europe/Berlin'),
      '2026-10-25T01:30',
      '2026-10-25T03:00',
    ],
    ['Berlin in autumn: over', night('Europe/Berlin'), '2026-10-25T03:00', null],
    ['New York in spring: two hours long', night('America/New_York'), '2026-03-08T06:00', '2026-03-08T08:00'],
    [
      'New York in autumn: four hours long',
      night('America/New_York'),
      '2026-11-01T05:00',
      '2026-11-01T09:00',
    ],
    ['from Saturday evening over it', weekly([6], '22:00', '06:00'), '2026-03-28T21:00', '2026-03-29T04:00'],
    // 01:00Z is when Berlin's clocks go from 02:00 to 03:00.
    [
      'a start in the skipped hour is as long before it',
      weekly([7], '02:30', '04:00'),
      '2026-03-29T00:29',
      null,
    ],
    ['and holds from there', weekly([7], '02:30', '04:00'), '2026-03-29T00:30', '2026-03-29T02:00'],
    [
      'a window that begins in it holds',
      weekly([7], '02:30', '03:15'),
      '2026-03-29T01:00',
      '2026-03-29T01:15',
    ],
    ['the skipped hour itself holds', weekly([7], '02:00', '03:00'), '2026-03-29T00:59', '2026-03-29T01:00'],
    [
      'an end in it is as long after it',
      weekly([7], '01:00', '02:30'),
      '2026-03-29T00:59',
      '2026-03-29T01:30',
    ],
    [
      'an end that comes twice is the second',
      weekly([7], '01:00', '02:30'),
      '2026-10-25T00:31',
      '2026-10-25T01:30',
    ],
    ['and does not hold after it', weekly([7], '01:00', '02:30'), '2026-10-25T01:30', null],
    [
      'within the hour that comes twice',
      weekly([7], '02:15', '02:45'),
      '2026-10-25T01:00',
      '2026-10-25T01:45',
    ],
    [
      'where midnight is skipped',
      weekly([5], '00:15', '02:00', 'Africa/Cairo'),
      '2026-04-23T21:15',
      '2026-04-23T23:00',
    ],
    [
      'a start that comes twice is the first',
      weekly([7], '02:30', '04:00'),
      '2026-10-25T00:30',
      '2026-10-25T03:00',
    ],
    ['the Sunday before is as any other', night('Europe/Berlin'), '2026-03-22T00:00', '2026-03-22T03:00'],
  ] as [string, FreezeWindow, string, string | null][])('%s', (_name, window, now, expected) => {
    expect(until(window, z(now))).toBe(expected && z(expected));
  });
});

describe('whom a freeze holds', () => {
  const freeze = (scope: Partial<ActiveFreeze>, hour = 1): ActiveFreeze => ({
    name: 'F',
    tenantId: null,
    labels: null,
    until: new Date(Date.UTC(2026, 0, 1, hour)),
    ...scope,
  });
  it.each([
    ['everyone', freeze({}), true],
    ['the tenant', freeze({ tenantId: 'acme' }), true],
    ['another tenant', freeze({ tenantId: 'blue' }), false],
    ['a label', freeze({ labels: { ring: 'canary' } }), true],
    ['a label with another value', freeze({ labels: { ring: 'rest' } }), false],
    ['two labels of which one fits', freeze({ labels: { ring: 'canary', region: 'eu' } }), false],
    ['no label at all', freeze({ labels: {} }), true],
  ])('%s', (_name, one, expected) => {
    expect(frozenBy([one], 'acme', { ring: 'canary' }) !== null).toBe(expected);
  });

  it('tells the one that holds longest', () => {
    const freezes = [freeze({ name: 'A' }, 2), freeze({ name: 'B' }, 3), freeze({ name: 'C' }, 1)];
    expect(frozenBy(freezes, 'acme', {})?.name).toBe('B');
    expect(frozenBy([], 'acme', {})).toBeNull();
  });

  it('leaves out those that do not hold now', () => {
    const window = weekly([1], '09:00', '17:00');
    const all = [{ freezeId: 'f', name: 'Office', tenantId: null, labels: null, window }];
    expect(activeFreezes(all, new Date(z('2026-01-05T10:00')))).toEqual([
      { name: 'Office', tenantId: null, labels: null, until: new Date(z('2026-01-05T16:00')) },
    ]);
    expect(activeFreezes(all, new Date(z('2026-01-05T18:00')))).toEqual([]);
  });
});

it('holds at least as long as its clocks say, on every day of the year, in every zone', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Africa/Cairo',
    'America/Santiago',
    'Australia/Lord_Howe',
  ];
  const day = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
  const minute = fc.integer({ min: 0, max: 1439 });
  const clockOf = (at: number) =>
    [Math.floor(at / 60) % 24, at % 60].map((part) => String(part).padStart(2, '0')).join(':');
  fc.assert(
    fc.property(fc.constantFrom(...zones), day, minute, minute, (timeZone, at, from, to) => {
      const window = weekly([1, 2, 3, 4, 5, 6, 7], clockOf(from), clockOf(to), timeZone);
      const shown = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(at);
      const inside =
        from < to ? shown >= window.from && shown < window.to : shown >= window.from || shown < window.to;
      // What the clock on the wall shows as inside is held, whichever time it shows it.
      if (inside) expect(heldUntil(window, at)).not.toBeNull();
    }),
    { numRuns: 3000 },
  );
});

it('ends after now, and does not hold at its end, whatever the window, the zone and the moment', () => {
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const window = fc.record({
    kind: fc.constant('weekly' as const),
    // Six days at most: a whole week from midnight to midnight never ends.
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 6 }),
    from: clock,
    to: clock,
    timeZone: fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'UTC',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
    ),
  });
  const now = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
  let held = 0;
  fc.assert(
    fc.property(window, now, (one, at) => {
      const end = heldUntil(one, at);
      if (end === null) return;
      held += 1;
      expect(end.getTime()).toBeGreaterThan(at.getTime());
      expect(heldUntil(one, end)).toBeNull();
    }),
    { numRuns: 1000 },
  );
  expect(held).toBeGreaterThan(100);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromColumn, type Json } from './columns';
import { toColumn } from './to-column';

const travelled = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const roundTrip = (values: readonly Json[]) => fromColumn(travelled(toColumn(values)), values.length);

describe('a column', () => {
  it('gives back any values as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 })), (values) => {
        const given = travelled(values) as Json[];
        expect(roundTrip(given)).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('gives back rows of times and of lists of different lengths', () => {
    const time = fc
      .date({ min: new Date('1969-12-31'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
    const row = fc.record({
      at: fc.option(time),
      ended: time,
      status: fc.constantFrom('A', 'B'),
      segments: fc.array(fc.record({ from: time, to: fc.option(time) }), { maxLength: 4 }),
      sent: fc.dictionary(fc.string(), fc.integer()),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        expect(roundTrip(travelled(rows))).toEqual(travelled(rows));
      }),
    );
  });

  it.each(['2026-02-30T10:00:00.000Z', '2026-07-01T10:00:00.0 0Z', '2026-07-01T24:00:00.000Z'])(
    'leaves what only looks like a time as it is: %s',
    (text) => expect(roundTrip([text, text.replace('26', '27')])).toEqual([text, text.replace('26', '27')]),
  );

  it('takes objects by their names, in whatever order, and leaves out what is undefined', () => {
    const rows = [
      { a: 1, b: 2 },
      { b: 3, a: 4 },
    ] as const;
    expect(roundTrip(rows)).toEqual(rows);
    expect(roundTrip([{ a: 1 }, { b: 1 }])).toEqual([{ a: 1 }, { b: 1 }]);
    expect(
      roundTrip([
        { a: 1, b: 1 },
        { a: 2, b: undefined as never },
      ]),
    ).toEqual([{ a: 1, b: 1 }, { a: 2 }]);
  });

  it('says once what all have in common', () => {
    expect(toColumn([1, 2, 3].map((ordinal) => ({ ordinal, status: 'PENDING', lane: { run: 0 } })))).toEqual({
      parts: {
        ordinal: { from: 1, by: 1 },
        status: { all: 'PENDING' },
        lane: { parts: { run: { all: 0 } } },
      },
    });
  });

  it('says of a time what lies between it and the one before in its row', () => {
    const rows = [
      { from: '2026-07-01T10:00:00.000Z', to: '2026-07-01T10:00:01.250Z' },
      { from: '2026-07-01T10:00:00.500Z', to: '2026-07-01T10:00:00.500Z' },
    ];
    expect(toColumn(rows)).toEqual({
      parts: { from: { times: [Date.parse(rows[0]?.from ?? ''), 500] }, to: { times: [1250, 0] } },
    });
  });
});

import { expect, it } from 'vitest';
import { retryAfterMillis } from './retry-after';

const now = new Date('2026-01-01T00:00:00Z');
const AT = 'Thu, 01 Jan 2026 00:00:07 GMT';

it.each([
  [{ 'retry-after': '3' }, 3000],
  [{ 'retry-after': ' 0 ' }, 0],
  [{ 'retry-after': ['5', '9'] }, 5000],
  [{ 'retry-after': AT }, 7000],
  // The target's own clock says how long it is until then.
  [{ 'retry-after': AT, date: 'Thu, 01 Jan 2026 00:00:05 GMT' }, 2000],
  [{ 'retry-after': AT, date: 'Thu, 01 Jan 2026 01:00:00 GMT' }, 0],
  [{ 'retry-after': 'Thursday, 01-Jan-26 00:00:07 GMT' }, 7000],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': '-1' }, null],
  [{ 'retry-after': '1.5' }, null],
  [{ 'retry-after': '' }, null],
  [{}, null],
])('%j asks for %s ms', (headers, millis) => expect(retryAfterMillis(headers, now)).toBe(millis));

it('of a date without any clock asks for nothing', () => {
  expect(retryAfterMillis({ 'retry-after': AT }, undefined)).toBeNull();
});

import { expect, it } from 'vitest';
import { readPreferences } from './preferences';

const from = (cookies: Record<string, string>) => readPreferences((name) => cookies[name]);

it('starts with the system theme and UTC, the only zone both sides know', () => {
  expect(from({})).toEqual({ theme: 'auto', zone: 'local', timeZone: 'UTC' });
});

it('follows what was chosen', () => {
  expect(from({ theme: 'dark', local_zone: 'Asia/Shanghai' })).toMatchObject({
    theme: 'dark',
    timeZone: 'Asia/Shanghai',
  });
  expect(from({ zone: 'utc', local_zone: 'Asia/Shanghai' }).timeZone).toBe('UTC');
});

it('does not trust a cookie', () => {
  expect(from({ theme: 'neon', zone: 'mars', local_zone: 'Not/AZone' })).toEqual({
    theme: 'auto',
    zone: 'local',
    timeZone: 'UTC',
  });
});

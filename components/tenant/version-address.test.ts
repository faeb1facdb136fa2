import { expect, it } from 'vitest';
import { runsText, versionFilter } from './version-address';

it('is read as it is written', () => {
  const v2 = { unitId: 'edge-router', version: '2.0.0+a@b' };
  expect(versionFilter(runsText({ ...v2, not: false }))).toEqual({ on: v2 });
  expect(versionFilter(runsText({ ...v2, not: true }))).toEqual({ notOn: v2 });
});

it.each(['', '@v2', 'router@', '!!router@v2', 'Router v2'])('%s says nothing', (text) => {
  expect(versionFilter(text)).toEqual({});
});

import { expect, it } from 'vitest';
import { runsOf, runsText } from './runs-filter';

it.each(['edge-router@v2', '!edge-router@v2', 'u@2.0.0+a@b'])('%s is read as it is written', (text) => {
  const runs = runsOf(text);
  expect(runs && runsText(runs)).toBe(text);
});

it.each(['', '@v2', 'router@', '!!router@v2', 'Router v2'])('%s says nothing', (text) => {
  expect(runsOf(text)).toBeUndefined();
});

import { expect, it } from 'vitest';
import { asCommandLine, readOptions } from './options';

it('repeats a run from the line that it prints', () => {
  const options = readOptions(['--short', '--seed', '7', '--database-faults', '0']);
  expect(options).toMatchObject({ seed: 7, databaseFaults: 0, kills: 8 });
  const again = asCommandLine(options).split(' -- ')[1] ?? '';
  expect(readOptions(again.split(' '))).toEqual(options);
});

it('refuses what it does not know, in words', () => {
  expect(() => readOptions(['--kills', 'many'])).toThrow('--kills must be a number, not many.');
  expect(() => readOptions(['--nodes', '1'])).toThrow('somebody has to take over');
  expect(() => readOptions(['--kill', '1'])).toThrow();
});

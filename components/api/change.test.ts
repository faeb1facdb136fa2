import { expect, it } from 'vitest';
import { refusalOf } from './change';

it('says nothing of what was done, and why something was refused', async () => {
  const refused = () => Promise.reject(new Error('It is busy.'));
  expect(await refusalOf(Promise.resolve('done'))).toBeNull();
  expect(await refusalOf(refused(), (error) => (error as Error).message)).toBe('It is busy.');
  expect(await refusalOf(refused())).toMatch(/^The server gave no answer/);
});

import { TRPCClientError } from '@trpc/client';
import { expect, it } from 'vitest';
import type { AppRouter } from '@/server/api/router';
import { NO_ANSWER, reword } from './reword';

const shout = (text: string) => text.toUpperCase();

function refused(message: string, data?: object): TRPCClientError<AppRouter> {
  const shape = data && { error: { code: -32600, message, data } };
  return new TRPCClientError(message, shape ? ({ result: shape } as never) : undefined);
}

it('a refusal is said in other words, and stays about its field', () => {
  const error = refused('payload: is missing', { field: 'payload' });
  reword(error, shout);
  expect(error.message).toBe('payload: IS MISSING');
});

it('each of several problems is', () => {
  const problems = [{ field: 'name', message: 'is missing' }];
  const error = refused('Two things', { field: null, problems });
  reword(error, shout);
  expect(error.message).toBe('TWO THINGS');
  expect(error.data?.problems).toEqual([{ field: 'name', message: 'IS MISSING' }]);
});

it('where nobody answered, that is what is said', () => {
  const error = refused('fetch failed');
  reword(error, shout);
  expect(error.message).toBe(shout(NO_ANSWER));
});

import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { refusalText, wasAnswered } from './server-error';

function refused(message: string, field?: string): TRPCClientError<never> {
  return Object.assign(new TRPCClientError<never>(message), { data: { field } });
}

describe('what the server refuses', () => {
  it('is said without the path where no field shows it', () => {
    expect(refusalText(refused('window.days: choose one', 'window.days'))).toBe('choose one');
    expect(refusalText(refused('That is not possible now.'))).toBe('That is not possible now.');
  });

  it('is not confused with a server that does not answer', () => {
    expect(refusalText(new TypeError('fetch failed'))).toMatch(/^The server gave no answer/);
    expect(wasAnswered(new TypeError('fetch failed'))).toBe(false);
    expect(wasAnswered(refused('name: is taken', 'name'))).toBe(true);
  });
});

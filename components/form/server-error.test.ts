import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { errorAt, refusalText } from './server-error';

function refused(message: string, field?: string): TRPCClientError<never> {
  return Object.assign(new TRPCClientError<never>(message), { data: { field } });
}

describe('what the server refuses', () => {
  it('stands at its field, also where it is about something inside it', () => {
    expect(errorAt(refused('name: is taken', 'name'), 'name')).toBe('is taken');
    expect(errorAt(refused('labels.region: is too long', 'labels.region'), 'labels')).toBe('is too long');
    expect(errorAt(refused('names: is taken', 'names'), 'name')).toBeUndefined();
    expect(errorAt(null, 'name')).toBeUndefined();
  });

  it('is said without the path where no field shows it', () => {
    expect(refusalText(refused('window.days: choose one', 'window.days'))).toBe('choose one');
    expect(refusalText(refused('That is not possible now.'))).toBe('That is not possible now.');
  });

  it('is not confused with a server that does not answer', () => {
    expect(refusalText(new TypeError('fetch failed'))).toMatch(/^The server gave no answer/);
  });
});

import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { FormRefused, fieldAround, fieldErrors } from './field-errors';

const refused = (message: string, field?: string, problems?: object[]): TRPCClientError<never> =>
  Object.assign(new TRPCClientError<never>(message), { data: { field, problems } });

const at =
  (...fields: string[]) =>
  (part: string) =>
    fieldAround(part, fields);

describe('what is wrong with a form', () => {
  it('stands at its field', () => {
    const told = fieldErrors(refused('name: is taken', 'name'), at('name', 'labels'));
    expect(told).toEqual({ fields: { name: 'is taken' }, rest: null });
  });

  it('names the part inside a field', () => {
    const told = fieldErrors(refused('labels.region: is too long', 'labels.region'), at('name', 'labels'));
    expect(told).toEqual({ fields: { labels: 'region: is too long' }, rest: null });
  });

  it('is told all at once, each at its field and the rest below', () => {
    const error = refused('name: is missing', 'name', [
      { field: 'name', message: 'is missing' },
      { field: 'name', message: 'is too short' },
      { field: 'window.days', message: 'choose one' },
    ]);
    expect(fieldErrors(error, at('name'))).toEqual({
      fields: { name: 'is missing' },
      rest: 'window.days: choose one',
    });
  });

  it('is as whoever sent the form says', () => {
    const told = { fields: { current: 'is wrong' }, rest: null };
    expect(fieldErrors(new FormRefused({ fields: told.fields }), at())).toEqual(told);
  });

  it('is told below where no field shows it, or where it is about none', () => {
    expect(fieldErrors(refused('days: choose one', 'days'), at('name')).rest).toBe('choose one');
    expect(fieldErrors(refused('It is busy.'), at('name')).rest).toBe('It is busy.');
    expect(fieldErrors(new TypeError('fetch failed'), at('name')).rest).toMatch(/^The server gave no answer/);
  });
});

it('finds the innermost field around a part', () => {
  expect(fieldAround('endpoints.0.url', ['endpoints', 'endpoints.0'])).toBe('endpoints.0');
  expect(fieldAround('names', ['name'])).toBeNull();
});
